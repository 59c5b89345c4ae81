"""What a company has decided about answering, and the plain rules that follow.

rules      promises, approval, signature, saved replies, checklists, hooks: one value of the desk
waiting    how long a customer has waited, on the wall and in business hours
saved      saved replies: variables, the personal part, what two replies have in common
tone       hints of the house tone on a text that is about to go out
masking    personal data in a text: where it stands, and the text without it
names      names as people give them to themselves, made fit for an answer of ours
"""
