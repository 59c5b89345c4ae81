"""Tests of what builds, deploys and runs the app."""
