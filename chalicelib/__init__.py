"""All that goes into the Lambda package. Imports point down only.

web        routes and the page                     http       the client for what is outside AWS
events     the envelopes in which Lambda delivers  settings   the environment, refused early
wiring     where ports meet adapters; the clock    telemetry  the logger
adapters   DynamoDB, SQS, SNS, SSM                 services   what happens: load, decide, tell
sources    one module per platform                 scoring    text to score
channels   one module per way to a responder       ports      all the core needs from the world
                                                   domain     what is true: values and decisions
"""
