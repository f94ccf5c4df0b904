"""The web search of the server, played: made-up pages, found, read and cited in one message.

What is "found" comes from the same facts as every other answer, so that figures of later answers stand in the
passages cited here. Pages and passages say that they are simulated; their addresses lead nowhere.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.offline_model.message_request import MessageRequest
from tools.offline_model.writing import Author
from tools.offline_model.writing.records.reading import Found, found_pages, queries
from tools.offline_model.writing.world import NOTE

Block = Mapping[str, Any]


def search_blocks(request: MessageRequest, author: Author) -> list[Block]:
    """The searches and their results, when the web search tool is there."""
    tool = next((tool for tool in request.tools if str(tool.get("type", "")).startswith("web_search_")), None)
    if tool is None or request.tool_choice == "none":
        return []
    pages = found_pages(author.world)
    asked = queries(author.world)[: max(1, int(tool.get("max_uses") or 1))]
    blocks: list[Block] = []
    for number, query in enumerate(asked):
        last = number == len(asked) - 1
        shown = pages[number:] if last else pages[number : number + 1]
        blocks += [_use(author, number, query), _result(author, number, shown)]
    return blocks


def cited_blocks(author: Author) -> list[Block]:
    """What the answer says of the pages, each sentence with its citation."""
    opening: Block = {"type": "text", "text": f"{NOTE}: nothing was looked up; the pages below do not exist.\n\n"}
    return [opening, *(block for page in found_pages(author.world) for block in page_blocks(page))]


def page_blocks(page: Found) -> Iterable[Block]:
    """A sentence for each passage of a page."""
    for passage in page.passages:
        citation = {
            "type": "web_search_result_location",
            "url": page.url,
            "title": page.title,
            "encrypted_index": "c2ltdWxhdGVk",
            "cited_text": passage,
        }
        yield {"type": "text", "text": f"{passage} ", "citations": [citation]}


def result_row(page: Found) -> Mapping[str, Any]:
    """A page in the list of results."""
    return {
        "type": "web_search_result",
        "title": page.title,
        "url": page.url,
        "encrypted_content": "c2ltdWxhdGVk",
        "page_age": page.age,
    }


def _use(author: Author, number: int, query: str) -> Block:
    return {"type": "server_tool_use", "id": _identity(author, number), "name": "web_search", "input": {"query": query}}


def _result(author: Author, number: int, pages: Sequence[Found]) -> Block:
    rows = [result_row(page) for page in pages]
    return {"type": "web_search_tool_result", "tool_use_id": _identity(author, number), "content": rows}


def _identity(author: Author, number: int) -> str:
    digest = hashlib.blake2b(f"{author.world.brief.request}|{number}".encode(), digest_size=12)
    return f"srvtoolu_sim_{digest.hexdigest()}"
