"""Ways out of Jinja2's sandbox that people have published: the idea of each names its test.

Sources: the advisories of Jinja2 (GHSA), its issue tracker, Podalirius on `lipsum`, `cycler` and
`joiner`, PortSwigger and James Kettle on template injection, PayloadsAllTheThings, HackTricks,
OnSecurity and SecGus on getting past filters, Fenjing's catalogue of spellings, write-ups of
capture-the-flag contests. Each is refused when it is compiled, or fails as an expression does; and
data that says such things is nothing but data.
"""

from __future__ import annotations

from typing import Any

import pytest

from cartflow.runtime.flow.expressions import ExpressionError, compile_expression
from cartflow.runtime.flow.filters import FILTERS
from cartflow.runtime.flow.operators import TESTS
from cartflow.runtime.flow.sandbox import BadExpressionError

from .evaluating import DATA, NAMES, Bound, compiled

GLOBALS = "__init__.__globals__"

IDEAS: dict[str, tuple[str, ...]] = {
    "climb from a literal to object and its subclasses": (
        "''.__class__.mro()[1].__subclasses__()[40]('/etc/passwd').read()",
        "[].__class__.__base__.__subclasses__()",
        "{}.__class__.__bases__[0].__subclasses__()[59]()",
        "().__class__.__base__",
        "1 .__class__",
        "(1).__class__.__base__",
        "1.0.real",
        "true.__class__.__mro__[-1]",
        "none.__class__.__base__",
        "[].class.base.subclasses()",
        "''.__doc__[3]",
        "''.__len__()",
        "{'a': 1}.__getitem__('a')",
        "[1].__iter__().__reduce__()",
    ),
    "the shortest known: globals that Jinja2 gives to every template": (
        "lipsum.__globals__['os'].popen('id').read()",
        "lipsum.__globals__.__builtins__.open('/etc/passwd').read()",
        "lipsum()",
        f"cycler.{GLOBALS}.os.popen('id').read()",
        "cycler('a', 'b').next()",
        f"joiner.{GLOBALS}.os",
        "joiner(',')()",
        f"namespace.{GLOBALS}.os",
        "namespace(a=1).a",
        "range(99999999) | list",
        "range.__class__",
        "dict(a=1)",
        "dict.__base__",
    ),
    "the template's own context": (
        f"self._TemplateReference__context.cycler.{GLOBALS}.os",
        f"self._TemplateReference__context.joiner.{GLOBALS}.os",
        f"self._TemplateReference__context.namespace.{GLOBALS}.os",
        "self.__init__.__globals__.__builtins__.__import__('os')",
        "self.__dict__",
        "self._TemplateReference__context.environment.globals",
        "self.blocks",
        "context.environment.compile('x')",
        "environment.from_string('{{ 1 }}')",
        "environment.sandboxed",
        "names.__closure__[0].cell_contents",
        "names('inputs')",
        "resolve('x')",
        "result.__class__",
        "loop.__init__",
        "loop.cycle('a')",
        "super.__init__",
        "super()",
        "caller()",
        "varargs | list",
        "kwargs",
        "blocks.x",
        "parent_template",
        "missing.__class__",
        "undefined.__class__",
        "Undefined",
        "Markup('x')",
        "escape('x')",
        "_('x')",
        "gettext('%(a)s', a=1)",
        "ngettext('a', 'b', 2)",
        "debug",
    ),
    "a name that is not there, and what it inherits": (
        "x.__init__.__builtins__.exec('1')",
        f"x.{GLOBALS}.__builtins__",
        "(x | default(y)).__class__",
        "x._undefined_hint",
        "x.explain()",
        "x._fail_with_undefined_error()",
        "x.__getattr__('y')",
        "(x if false).__class__.__init__",
        "inputs.nope.__class__",
        "inputs.nope._undefined_exception",
    ),
    "what a framework puts there": (
        "config.items()",
        f"config.__class__.{GLOBALS}['os']",
        "config.from_pyfile('/tmp/a.cfg')",
        "request.application.__globals__.__builtins__",
        "request.args.c",
        "request['__class__']",
        "request.environ['werkzeug.server.shutdown']()",
        "session.__class__",
        "g.pop.__globals__",
        "url_for.__globals__.current_app.config",
        "get_flashed_messages.__globals__.__builtins__",
        "get_template_attribute.__globals__",
        "app.__init__",
        "current_app",
        "lookup('pipe', 'id')",
        "query('env', 'HOME')",
        "hostvars",
        "inputs | ansible_native_concat",
        "inputs | from_yaml",
        "'id' | filesystem",
        "['id'] | filter('system')",
    ),
    "attr, the filter that looks attributes up": (
        "inputs | attr('__class__')",
        "'' | attr('__class__') | attr('__mro__')",
        "request | attr('application') | attr('\\x5f\\x5fglobals\\x5f\\x5f')",
        "() | attr('\\x5f\\x5fclass\\x5f\\x5f')",
        "inputs | attr(['_' * 2, 'class', '_' * 2] | join)",
        "inputs | attr(inputs.text)",
        "inputs | attr('get')('text')",
        "[inputs] | map('attr', '__class__') | first",
        "[[inputs]] | map('map', 'attr', '__class__')",
        "[inputs] | select('attr', '__class__')",
        "inputs is attr('__class__')",
        "'{0.__class__}' | attr('format')(inputs)",
    ),
    "attributes that other filters look up": (
        "[inputs] | map(attribute='__class__')",
        "[inputs] | map(attribute='__class__.__mro__.1')",
        "[inputs] | map(attribute='text.__class__')",
        "['x'] | map(attribute='__class__.__init__.__globals__')",
        "[inputs.list] | map(attribute='append')",
        "[inputs.list] | map(attribute='0.real')",
        "[inputs] | sum(attribute='__len__')",
        "[inputs] | sort(attribute='__class__')",
        "[inputs, inputs] | sort(attribute='one,__class__')",
        "[inputs] | unique(attribute='__class__')",
        "[inputs] | min(attribute='__class__')",
        "[inputs] | max(attribute='__doc__')",
        "[inputs] | join('', attribute='__class__')",
        "[inputs] | join(attribute='__module__')",
        "[inputs] | selectattr('__class__')",
        "[inputs] | rejectattr('__class__')",
        "[inputs] | selectattr('__class__.__name__', 'eq', 'dict')",
        "['x'] | selectattr('__class__', 'eq', 'x')",
        "[inputs] | groupby('__class__')",
        "[inputs] | groupby(attribute='__class__.__init__')",
        "[] | list | map(attribute='gi_frame') | list | map('x')",
        "''.__class__.__subclasses__() | selectattr('__name__', 'equalto', 'catch_warnings')",
        "inputs | dictsort(by='__class__')",
        "inputs.list | batch(1) | list",
        "inputs.list | slice(1)",
        "inputs.list | random",
    ),
    "str.format and its cousins (CVE-2016-10745, CVE-2019-10906, CVE-2024-56326)": (
        "'{0.__class__.__init__.__globals__}'.format(inputs)",
        "'{a.__class__}'.format_map({'a': inputs})",
        "'{}' | format(inputs)",
        "'%s' | format(inputs)",
        "'%(a)s' | format(a=inputs)",
        "'%s' % inputs",
        "'%s' % [inputs]",
        "'%c' % 95",
        "'%c%c' % [95, 95]",
        "'%999999999d' % 1",
        "['{0.__class__}'] | map('format', inputs) | first",
        "[inputs.text.format] | map('string')",
        "('{0.__class__}' | string).format(1)",
        "str.format('{0.__class__}', inputs)",
        "'{0.__class__}'['format'](inputs)",
        "'{0}'.__mod__(inputs)",
        "'x'.join(['a'])",
        "'x'.encode('idna')",
        "inputs.text.translate({104: 'x'})",
        "inputs.text.__format__('9999999')",
    ),
    "names that are spelt in another way": (
        "inputs['__class__']",
        "''['__class__']",
        "''['__cla' 'ss__']",
        "''['__cla' + 'ss__']",
        "''['__cla' ~ 'ss__']",
        "''[['__', 'class', '__'] | join]",
        "''['__ssalc__' | reverse]",
        "''['__ssalc__'[::-1]]",
        "''['__CLASS__' | lower]",
        "''['__clbss__' | replace('b', 'a')]",
        "''['  __class__  ' | trim]",
        "''['a__class__b' | trim('ab')]",
        "''['\"__class__\"' | fromjson]",
        "''['x,__class__' | split(',') | last]",
        "''[{'__class__': 1} | keys | first]",
        "''[{'__class__': 1} | join]",
        "''[dict(__class__=x) | join]",
        "''[(lipsum | escape | list)[18] * 2 ~ 'class']",
        r"''['\x5f\x5fclass\x5f\x5f']",
        r"''['\u005f\u005fclass\u005f\u005f']",
        r"''['\U0000005f_class__']",
        r"''['\137\137class\137\137']",
        r"''['\N{LOW LINE}_class__']",
        "''.__\uff43lass__",
        "''.\uff3f\uff3fclass\uff3f\uff3f",
        "''.\u2119",
        "\uff4c\uff49\uff50\uff53\uff55\uff4d",
        "inputs | \uff41ttr('__class__')",
        "''[inputs.evil]",
        "inputs[inputs.evil].mro",
    ),
    "numbers that are spelt in another way": (
        "''.__class__.__mro__['a' | length]",
        "''.__class__.__mro__[0x1]",
        "''.__class__.__mro__[true]",
        "''.__class__.__mro__[-1]",
        "''.__class__.__mro__[[39, 39, 20] | sum]",
    ),
    "calls that do not look like calls": (
        "inputs.list.append",
        "inputs.list.append(1)",
        "inputs.object.update({'a': 1})",
        "inputs.object.pop('items')",
        "inputs.object.clear",
        "[1] | map(inputs.text)",
        "[1] | map(lipsum)",
        "['id'] | map('lipsum')",
        "[1] | select('callable')",
        "inputs.list is callable",
        "'upper' is filter",
        "'in' is test",
        "inputs is sameas inputs",
        "inputs is escaped",
        "[1] | map('@name')",
        "[inputs] | map('@item', '__class__')",
        "[1] | map('__class__')",
        "[1] | map('default.__globals__')",
        "inputs | call",
        "inputs | __init__",
        "inputs | tojson.__globals__",
        "inputs | default.__globals__",
        "(inputs | list).append(1)",
        "inputs | list.__class__",
        "inputs | upper()()",
        "a()",
        "[]()",
        "'a'()",
        "inputs['list']()",
        "inputs.list[0]()",
    ),
    "arguments that are unpacked": (
        "[1] | map(*['string'])",
        "[1] | map(**{'attribute': '__class__'})",
        "[1] | sort(**inputs.object)",
        "[1] | join(*inputs.list)",
        "1 is eq(*[1])",
        "1 is in(**{'owner': [1]})",
        "[1] | map('round', **{'precision': 1})",
        "[1] | map('default', value=1)",
        "[1] | map(value='a')",
        "[1] | map(work='a')",
        "[1] | map(arguments=['upper'])",
        "[1] | select(what='in')",
        "[1] | sort(key='a')",
        "[1] | map(attribute='a', __class__=1)",
        "[1] | map(attribute='a', context=1)",
        "inputs | default(environment=1)",
        "inputs | tojson(indent=2)",
        "inputs | tojson(default=lipsum)",
        "'a' | replace(eval_ctx=1, old='a', new='b')",
    ),
    "filters that a template has and an expression has not": (
        "inputs | xmlattr",  # CVE-2024-22195, CVE-2024-34064
        "{'a b=c onclick': 1} | xmlattr",
        "inputs | pprint",
        "inputs | safe",
        "inputs | escape",
        "inputs | e",
        "inputs | forceescape",
        "'a' | urlize(target='\"><script>')",
        "'a' | urlencode",
        "'a' | striptags",
        "'a' | indent(99999999)",
        "'a' | center(99999999)",
        "'a' | wordwrap(1)",
        "'a' | truncate(1)",
        "9 | filesizeformat",
        "'a' | title",
        "'a' | wordcount",
        "inputs | count",
        "inputs | d(1)",
    ),
    "functions and generators, and their frames": (
        "(x for x in [1]).gi_frame.f_back.f_globals",
        "[x for x in [1]]",
        "{x: 1 for x in [1]}",
        "(inputs.list | map('string')).gi_frame",
        "(inputs.list | select).gi_code",
        "(lambda: 0).__globals__",
        "(lambda x: x)(1)",
        "lambda: 0",
        "yield 1",
        "await inputs",
        "(x := 1)",
        "f'{inputs.__class__}'",
        "b'a'.__class__",
        "`id`",
        "inputs -> x",
        "1 or exit()",
        "[*inputs.list]",
        "{**inputs.object}",
        "...",
        "1j.imag",
        "x; y",
        "not",
        "del inputs",
        "import os",
        "from os import popen",
        "__import__('os').system('id')",
        "__builtins__.eval('1')",
        "eval('1')",
        "exec('1')",
        "compile('1', '', 'eval')",
        "open('/etc/passwd')",
        "getattr(inputs, '__class__')",
        "vars()",
        "globals()['os']",
        "type('')",
        "object.__subclasses__()",
        "os.system('id')",
        "sys.modules",
    ),
    "statements, comments and other templates": (
        "{% set a = 1 %}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
        "{% import 'os' as os %}",
        "{% include '/etc/passwd' %}",
        "{% extends 'x' %}",
        "{% macro a() %}{% endmacro %}",
        "{% call a() %}{% endcall %}",
        "{% if inputs %}{% endif %}",
        "{% with a = 1 %}{% endwith %}",
        "{% debug %}",
        "{% raw %}{% endraw %}",
        "{{ inputs }}",
        "{{ 7 * 7 }}",
        "1 }}{{ inputs",
        "1 -}}{%- set x = 1 -%}{{- x",
        "1 }}{% set x = 1 %}{{ x",
        "1 %}{{ inputs }}{% if 1",
        "{# a #} inputs",
        "1 {# a #}",
        "1 #} {{ x",
        "# for x in y",
        "inputs\n# set x = 1",
        "x = 1",
        "set x = 1",
        "inputs | include",
        "a, b",
        "(1, 2)",
        "[1] | map('include', 'x')",
        "inputs if",
        "\ufeffinputs",
        "inputs\x00",
        "inputs //",
    ),
    "${{ inside of ${{": (
        "${{ inputs.text }}",
        "'${{' ~ inputs.text ~ '}}' ~ ${{ x }}",
        "inputs[${{ inputs.text }}]",
    ),
    "injection into the code that Jinja2 writes": (
        "inputs.text'",
        "inputs['\\'] + __import__('os') + ['']",
        "inputs | map(attribute='a', a\\u0028=1)",
        "inputs.a)(b",
        "inputs | replace('a', 'b', None=1)",
        "[1] | map(attribute='x', __import__=1)",
        "[1] | map(attribute='x', default='\\n', class=1, lambda=2)",
        "l_0_names",
        "l_0_names('inputs')",
        "t_1('x')",
        "environment.call_binop",
        "context.call(lipsum)",
        "undefined(name='x')",
        "cond_expr_undefined",
        "root",
        "pass",
        "concat([])",
        "markup_join(['a'])",
        "str_join(['a'])",
        "identity(1)",
    ),
    "a flag of the sandbox": (
        "environment.intercepted_binops",
        "environment.is_safe_attribute(inputs, '__class__', 1)",
        "environment.filters.update({'x': 1})",
        "inputs.alters_data",
        "inputs.unsafe_callable",
        "self.environment",
    ),
}

CASES = [
    pytest.param(text, id=f"{idea}: {text}".encode("unicode-escape").decode())
    for idea, texts in IDEAS.items()
    for text in texts
]

EVIL: dict[str, Any] = {**DATA, "inputs": {**DATA["inputs"], "evil": "__class__"}}
BOUND = set(EVIL)
"""Names that mean something in a template and are bound here, as those of a loop might be."""


@pytest.mark.parametrize("text", CASES)
def test_a_published_way_out_is_closed(text: str) -> None:
    try:
        expression = compile_expression(text)
    except BadExpressionError:
        return
    with pytest.raises(ExpressionError):
        expression.evaluate(Bound(EVIL))


def test_no_filter_or_test_of_jinja_is_there_but_those_of_the_table() -> None:
    for table, names in ((FILTERS, DOCUMENTED_FILTERS), (TESTS, DOCUMENTED_TESTS)):
        assert set(table) == set(names.split())


DOCUMENTED_FILTERS = (
    "default length first last sum min max sort unique reverse join split map select selectattr"
    " reject rejectattr list keys values items merge lower upper trim replace int float string"
    " round abs tojson fromjson"
)
DOCUMENTED_TESTS = (
    "defined none string number boolean mapping sequence in eq ne lt le gt ge true false"
    " startswith endswith"
)


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7 * 7 }}",
        "${{ inputs.one }}",
        "{% for x in y %}{% endfor %}",
        "{# comment #}",
        "__class__",
        "{0.__class__}",
        "%(a)s%s%n",
        "$${{ inputs.one }}",
        "<script>",
        "\x00\ud7ff",
    ],
)
def test_data_that_looks_like_a_template_stays_data(text: str) -> None:
    names = Bound({"inputs": {"it": text, "list": [text], "object": {text: text}}})

    value = compiled(
        [
            "${{ inputs.it }}",
            "a ${{ inputs.it }}",
            "${{ inputs.it ~ '' }}",
            "${{ inputs.list | join }}",
            "${{ inputs.list | map('string') | first }}",
            "${{ inputs.object | keys | first }}",
            "${{ inputs.object[inputs.it] }}",
            "${{ inputs.it | tojson | fromjson }}",
        ]
    ).evaluate(names)

    assert value == [text, f"a {text}", *[text] * 6]


@pytest.mark.parametrize(
    "name", ["__class__", "items", "get", "append", "mro", "_", "class", "import"]
)
def test_members_may_have_the_names_of_attributes(name: str) -> None:
    names = Bound({"inputs": {name: 1, "list": [{name: 2}]}})

    found = compiled(
        [
            f"${{{{ inputs['{name}'] + 0 }}}}",
            f"${{{{ inputs.list | map(attribute='{name}') | first }}}}",
            f"${{{{ inputs.list | sum(attribute='{name}') }}}}",
        ]
    ).evaluate(names)

    assert found == [1, 2, 2]


def test_nothing_that_is_given_is_changed() -> None:
    data = {"inputs": {"list": [3, 1, [2]], "object": {"a": {"b": 1}}}}
    names = Bound(data)

    for text in (
        "inputs.list + [1]",
        "inputs.list[:2] | sort",
        "inputs.list | reverse",
        "inputs.list[:2] | unique",
        "inputs.object | merge({'a': 2})",
        "inputs.object | items",
        "[inputs.object] | map('merge', {'c': 1})",
    ):
        compile_expression(text).evaluate(names)

    assert data == {"inputs": {"list": [3, 1, [2]], "object": {"a": {"b": 1}}}}


def test_a_plain_name_gives_its_value_only() -> None:
    for name in BOUND - {"inputs", "steps"}:
        assert compile_expression(name).evaluate(NAMES) == f"my {name}"
