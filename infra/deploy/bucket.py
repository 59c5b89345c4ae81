"""The bucket of packages: ours, kept private, and filled under names made of the content.

Its name can be guessed and taken beforehand by a stranger, who could then put other code in the
place of ours: every request names our account as the owner that is expected. Source: "Verifying
bucket ownership with bucket owner condition" in the Amazon S3 guide.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError, NoRegionError

from infra.deploy.failure import DeployFailed
from infra.package import CODE, TEMPLATE, Tell, code_digest


def bucket_name(session: Any, account: str) -> str:
    """Of this account and region. Raises NoRegionError."""
    if not session.region_name:
        raise NoRegionError
    return f"nightdesk-{account}-{session.region_name}-artifacts"


def keep_bucket(session: Any, bucket: str, account: str, tell: Tell) -> None:
    """A private, encrypted bucket for packages; templates a year old are deleted.

    Raises DeployFailed when it is not the account's.
    """
    s3, ours = session.client("s3"), {"ExpectedBucketOwner": account}
    try:
        s3.head_bucket(Bucket=bucket, **ours)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 403:
            raise DeployFailed(
                f"the bucket {bucket} is not ours: another account has it, or your role may not "
                "look at it (s3:ListBucket). When it is another's, deploy to another region"
            ) from error
        if status != 404:
            raise
    else:
        return
    tell(f"making the bucket {bucket}")
    where = {"LocationConstraint": session.region_name}
    elsewhere = {} if session.region_name == "us-east-1" else {"CreateBucketConfiguration": where}
    s3.create_bucket(Bucket=bucket, **elsewhere)
    s3.put_public_access_block(
        Bucket=bucket,
        **ours,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"),
            True,
        ),
    )
    s3.put_bucket_encryption(
        Bucket=bucket,
        **ours,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        **ours,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "old-templates",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "templates/"},
                    "Expiration": {"Days": 365},
                }
            ]
        },
    )


def upload(session: Any, bucket: str, account: str, packaged: Path, tell: Tell) -> str:
    """Upload code and template under names made of their content; the template's address.

    Raises DeployFailed.
    """
    for name in (TEMPLATE, CODE):
        if not packaged.joinpath(name).is_file():
            raise DeployFailed(f"{packaged} holds no {name}; run `nightdesk package` first")
    s3, ours = session.client("s3"), {"ExpectedBucketOwner": account}
    code = f"code/{code_digest(packaged / CODE)}.zip"
    if not s3.list_objects_v2(Bucket=bucket, Prefix=code, **ours).get("KeyCount"):
        tell(f"uploading {packaged.joinpath(CODE).stat().st_size:,} bytes of code")
        try:
            s3.upload_file(str(packaged / CODE), bucket, code, ExtraArgs=ours)
        except S3UploadFailedError as error:
            raise DeployFailed(f"the code could not be uploaded: {error}") from error
    template = json.loads(packaged.joinpath(TEMPLATE).read_text())
    for resource in template["Resources"].values():
        if "CodeUri" in resource.get("Properties", {}):
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{code}"
    body = json.dumps(template, separators=(",", ":"), sort_keys=True).encode()
    key = f"templates/{hashlib.sha256(body).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=body, **ours)
    endpoint = s3.meta.endpoint_url.removesuffix("/")
    return f"{endpoint}/{bucket}/{key}"
