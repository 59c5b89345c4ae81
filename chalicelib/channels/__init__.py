"""Ways to reach a responder, one module each: `Channel` in `ports` is their contract.

To add one: a module here with `name`, `send_page` and `send_note`; its errors translated to
ChannelRefused (this person cannot be reached so) or ChannelUnavailable (the provider fails);
an entry where `wiring` lists the channels; a test module of the same name.
"""
