"""The ports on AWS: DynamoDB (the schema is in `tables.py`), SQS, SNS, SSM, CloudWatch."""
