"""Acceptance: the packaged template in a cloud on loopback, and one night lived through in it.

story      what happens that night, step by step
desk.yaml  the configuration of the company it happens to
answering  how its customer is answered
agent      an agent at work, over the API
entrance   how she signs in
mastodon   the server on which customers complain and are answered
cloud      ministack: AWS's APIs on loopback, with roles enforced
next_door  another desk, told of it by signed webhooks
witness    dead letters and errors, as the deployment itself tells
expecting  what must be so
processes  servers that are started for the run and ended after it, whatever happens
"""
