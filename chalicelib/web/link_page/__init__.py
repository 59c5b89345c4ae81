"""What somebody sees who opened the link of a page: plain HTML that needs nothing else.

frame    the page around it, its style, and what is shown when nothing can be
view     the incidents of a message, or the test of a contact
state    who has an incident, and what can be done about it by whoever looks
course   what was done to it, and when
words    times and names

Every value is escaped once, on its way into the HTML; the style stands in the page itself
(allowed by its hash), so that one answer over a bad connection is enough.
"""

from chalicelib.web.link_page.frame import STYLE_HASH, busy_page, not_found_page, trouble_page
from chalicelib.web.link_page.view import view_page

__all__ = ["STYLE_HASH", "busy_page", "not_found_page", "trouble_page", "view_page"]
