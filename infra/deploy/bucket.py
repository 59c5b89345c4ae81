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
from infra.package import CODE, DEEP_LAYER, LAYER, TEMPLATE, Tell, code_digest
from infra.tags import tags


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
    s3.put_bucket_tagging(Bucket=bucket, **ours, Tagging={"TagSet": tags()})
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
    """Upload code, layer and template under names made of their content; the template's address.

    Raises DeployFailed.
    """
    for name in (TEMPLATE, CODE):
        if not packaged.joinpath(name).is_file():
            raise DeployFailed(f"{packaged} holds no {name}; run `nightdesk package` first")
    s3, ours = session.client("s3"), {"ExpectedBucketOwner": account}

    def uploaded(path: Path, folder: str, what: str) -> str:
        key = f"{folder}/{code_digest(path)}.zip"
        if not s3.list_objects_v2(Bucket=bucket, Prefix=key, **ours).get("KeyCount"):
            tell(f"uploading {what}, {path.stat().st_size:,} bytes")
            try:
                s3.upload_file(str(path), bucket, key, ExtraArgs=ours)
            except S3UploadFailedError as error:
                raise DeployFailed(f"{what} could not be uploaded: {error}") from error
        return f"s3://{bucket}/{key}"

    template = json.loads(packaged.joinpath(TEMPLATE).read_text())
    has_layer = packaged.joinpath(LAYER).is_file()
    if DEEP_LAYER in template["Resources"] and not has_layer:
        raise DeployFailed(f"{packaged} holds no {LAYER}; run `nightdesk package` again")
    places = {"CodeUri": uploaded(packaged / CODE, "code", "the code")}
    if has_layer:
        places["ContentUri"] = uploaded(packaged / LAYER, "layers", "the deep model")
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        properties |= {name: place for name, place in places.items() if name in properties}
    body = json.dumps(template, separators=(",", ":"), sort_keys=True).encode()
    key = f"templates/{hashlib.sha256(body).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=body, **ours)
    endpoint = s3.meta.endpoint_url.removesuffix("/")
    return f"{endpoint}/{bucket}/{key}"
