"""Straight: what carries a client's requests to an application in the same process."""

from __future__ import annotations

import httpx2


class Straight(httpx2.BaseTransport):
    """Requests of the client go straight to the application."""

    def __init__(self, browser) -> None:
        self._browser = browser

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        sent = self._browser.request(request.method, str(request.url), content=request.read(), headers=dict(request.headers))
        return httpx2.Response(sent.status_code, headers=sent.headers, content=sent.content)
