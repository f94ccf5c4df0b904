"""The rules of approvals: what is asked, who may decide what, what a policy allows by itself.

Pure: no clock, no store, no message. `model` names the things, `policy` judges a gate, `decisions` changes an approval.
"""
