"""The ports on AWS: DynamoDB (the schema is in `tables`), SQS, SNS, SSM, CloudWatch."""
