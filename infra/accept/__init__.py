"""Acceptance: the packaged template in a cloud on loopback, and one night lived through in it.

story      what happens that night, step by step
desk.yaml  the configuration of the company it happens to
agent      an agent at work, over the API
mastodon   the server on which customers complain and are answered
cloud      ministack: AWS's APIs on loopback, with roles enforced
witness    dead letters and errors, as the deployment itself tells
processes  servers that are started for the run and ended after it, whatever happens
"""
