"""All that goes into the Lambda package. Imports point down only.

web        routes and the page                     services   what happens: load, decide, tell
events     the envelopes in which Lambda delivers  scoring    text to score
wiring     where ports meet adapters; the clock    ports      all the core needs from the world
adapters   DynamoDB, SQS, SNS, SSM                 domain     what is true: values and decisions
sources    one module per platform                 http       the one client for what is outside AWS
channels   one module per way to a responder       settings, telemetry
"""
