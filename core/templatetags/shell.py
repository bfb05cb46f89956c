"""What the shell around every page is made of."""

from django.template import Context, Library, Node, NodeList
from django.template.base import Parser, Token
from django.template.context import RequestContext

from core.addresses import address

register = Library()
register.simple_tag(address, name="address")


class _Once(Node):
    """Its content, rendered where it first stands on a page and repeated wherever else it stands there."""

    def __init__(self, name: str, content: NodeList) -> None:
        self.name = name
        self.nodelist = content

    def render(self, context: Context) -> str:
        if not isinstance(context, RequestContext) or context.request is None:
            return self.nodelist.render(context)
        known = context.request.__dict__.setdefault("_rendered_once", {})
        if self.name not in known:
            known[self.name] = self.nodelist.render(context)
        return str(known[self.name])


@register.tag
def once(parser: Parser, token: Token) -> Node:
    """Render what is inside one time for a request: ``{% once navigation %}…{% endonce %}``."""
    _tag, name = token.split_contents()
    content = parser.parse(("endonce",))
    parser.delete_first_token()
    return _Once(name, content)
