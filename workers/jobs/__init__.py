"""What RQ calls: names and ids in, nothing out."""
