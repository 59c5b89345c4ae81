"""What happens: each verb loads, decides, stores and tells, in that order."""
