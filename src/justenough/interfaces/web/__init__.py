"""
Web: the pages and the API of one workspace, for one person on this machine or for many who sign in.

`application` puts it together; each ``*_page`` module holds the routes of one page, whose value is built in
`justenough.interfaces.views`. Nothing is computed here.
"""
