"""Usage, metered where it happens.

tally        what this process has used and nobody has kept yet, each for its purpose
aws          calls of AWS, turned into what they use where they are answered
item_size    how many bytes an item of DynamoDB has
keeping      keeps it, a record for each invocation
lambda_time  how long Lambda ran for an invocation
log_bytes    how many bytes of log it wrote
transfer     how many bytes an answer of the API is
"""
