"""The forge: OpenPGP keys, signatures, certificates and messages, right and wrong on purpose.

From the bottom: `secrets` (secret keys and their algorithms), `key`, `subpackets`,
`signature` (how one signature is made), `certificate`, `artifacts`. Everything is
deterministic, and everything is TEST ONLY: the secret keys are published.
"""
