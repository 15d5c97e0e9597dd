import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExpression } from '../../grammar/parse.ts';
import { outlineExpr } from './outline.ts';

function read(text: string): string {
	const { expr, diagnostics } = parseExpression({ name: 'test', text });
	return expr === null ? diagnostics.map(({ code }) => code).join(' ') : outlineExpr(expr);
}

const table = (title: string, cases: readonly (readonly [text: string, outline: string])[]): void => {
	describe(title, () => {
		for (const [text, expected] of cases) it(text, () => assert.equal(read(text), expected));
	});
};

table('precedence', [
	['a or b and c', '(a or (b and c))'],
	['a and b or c', '((a and b) or c)'],
	['not a and b', '((not a) and b)'],
	['not a == b', '(not (a == b))'],
	['not not a', '(not (not a))'],
	['a and not b or c', '((a and (not b)) or c)'],
	['a == b ?? c', '(a == (b ?? c))'],
	['a ?? b ?? c', '((a ?? b) ?? c)'],
	['a in 1..2', '(a in (int:1 .. int:2))'],
	['a ?? 1..2', '(a ?? (int:1 .. int:2))'],
	['1..b + 1', '(int:1 .. (b + int:1))'],
	['a + b * c - d', '((a + (b * c)) - d)'],
	['a - b - c', '((a - b) - c)'],
	['a / b % c', '((a / b) % c)'],
	['-a * b', '((- a) * b)'],
	['- -a', '(- (- a))'],
	['-a.b', '(- a.b)'],
	['a - -b', '(a - (- b))'],
	['a not in b', '(a not in b)'],
	['not a in b', '(not (a in b))'],
	['not x ~ y', '(not (x ~ y))'],
	['x !~ y and z', '((x !~ y) and z)'],
	[
		'a contains b or c startswith d or e endswith f or g like h',
		'((((a contains b) or (c startswith d)) or (e endswith f)) or (g like h))',
	],
	['(a or b) and c', '(group(a or b) and c)'],
]);

table('comparisons and ranges do not chain', [
	['a < b < c', 'CIQ203'],
	['a == b in c', 'CIQ203'],
	['1..2..3', 'CIQ203'],
	['a < b and b < c', '((a < b) and (b < c))'],
	['(a < b) == c', '(group(a < b) == c)'],
]);

table('a looser `not` needs parentheses', [
	['a == not b', 'CIQ204'],
	['a + not b', 'CIQ204'],
	['a and not b', '(a and (not b))'],
]);

table('postfix', [
	['a.b.c', 'a.b.c'],
	['.a.b', '.a.b'],
	['this.where.by', 'this.where.by'],
	['this["odd name"]', 'this@"odd name"'],
	['req.headers["x-request-id"]', 'req.headers@"x-request-id"'],
	['json(req.body).user.id', 'json[req.body].user.id'],
	['f(a, b = 2)[0]', 'f[a, b=int:2]@int:0'],
	['(a).b', 'groupa.b'],
	['`odd name`.x', '`odd name`.x'],
	['f()', 'f[]'],
	['[]', 'list[]'],
]);

table('numbers', [
	['0', 'int:0'],
	['1_000_000', 'int:1000000'],
	['0x1F', 'int:31'],
	['9007199254740991', 'int:9007199254740991'],
	['9007199254740992', 'CIQ102'],
	['1.5', 'float:1.5'],
	['1e3', 'float:1000'],
	['2.5e-3', 'float:0.0025'],
	['1e999', 'CIQ102'],
	['5sx', 'CIQ102'],
	['5M', 'CIQ102'],
	['1.2.3x', 'CIQ102'],
	['1__0', 'CIQ102'],
	['1..5', '(int:1 .. int:5)'],
	['1.5..2.5', '(float:1.5 .. float:2.5)'],
]);

table('quantities', [
	['250us', 'duration:250000'],
	['250µs', 'duration:250000'],
	['250μs', 'duration:250000'],
	['1m30s', 'duration:90000000000'],
	['1.005s', 'duration:1005000000'],
	['7ns', 'duration:7'],
	['2h', 'duration:7200000000000'],
	['1d', 'duration:86400000000000'],
	['2w', 'duration:1209600000000000'],
	['1s..2s', '(duration:1000000000 .. duration:2000000000)'],
	['10KB', 'size:10000'],
	['10KiB', 'size:10240'],
	['10kB', 'size:10000'],
	['1.5MiB', 'size:1572864'],
	['512B', 'size:512'],
	['99.9%', 'percent:0.999'],
	['5%', 'percent:0.05'],
	['a % b', '(a % b)'],
	['5 % 3', '(int:5 % int:3)'],
]);

table('addresses', [
	['10.0.0.1', 'ip:10.0.0.1'],
	['10.0.0.0/8', 'cidr:10.0.0.0/8'],
	['10.0.0.1..10.0.0.9', '(ip:10.0.0.1 .. ip:10.0.0.9)'],
	['::', 'ip:::'],
	['::1', 'ip:::1'],
	['fe80::1', 'ip:fe80::1'],
	['2001:db8::/32', 'cidr:2001:db8::/32'],
	['1:2:3:4:5:6:7:8', 'ip:1:2:3:4:5:6:7:8'],
	['64:ff9b::10.0.0.1', 'ip:64:ff9b::10.0.0.1'],
	['::1..::9', '(ip:::1 .. ip:::9)'],
	['[::1, 10.0.0.1]', 'list[ip:::1, ip:10.0.0.1]'],
	['256.0.0.1', 'CIQ106'],
	['010.0.0.1', 'CIQ106'],
	['10.0.0.0/33', 'CIQ106'],
	['::/129', 'CIQ106'],
	['::ffff:10.0.0.1', 'CIQ106'],
	['1:2:3:4::5:6:7:8', 'CIQ106'],
	['1:2:3', 'CIQ106'],
	['fe80::1%eth0', 'CIQ106'],
]);

table('times', [
	['@10:30', 'time:day+37800000000000'],
	['@9:05:00.25', 'time:day+32700250000000'],
	['@2026-01-02T03:04:05Z', 'time:1767323045000000000'],
	['@2026-01-02T03:04:05.000000001Z', 'time:1767323045000000001'],
	['@2026-01-02T03:04:05+02:00', 'time:1767315845000000000'],
	['@0001-01-01T00:00:00Z', 'time:-62135596800000000000'],
	['@0099-12-31T23:59:00Z', 'time:-59011459260000000000'],
	['@0000-02-29T00:00Z', 'time:-62162121600000000000'],
	['@1969-12-31T23:59:59.5Z', 'time:-500000000'],
	['@10:30..@11:00', '(time:day+37800000000000 .. time:day+39600000000000)'],
	['@24:00', 'CIQ107'],
	['@10:60', 'CIQ107'],
	['@2026-13-01', 'CIQ107'],
	['@2026-02-29', 'CIQ107'],
	['@noon', 'CIQ107'],
]);

table('strings', [
	['"a\\n\\t\\"\\\\\\u{1F600}"', '"a\\n\\t\\"\\\\😀"'],
	["'\\d+ it''s'", 'raw"\\\\d+ it\'s"'],
	['"\\d"', 'CIQ104'],
	['"\\u{110000}"', 'CIQ104'],
	['"\\u0041"', 'CIQ104'],
	['"', 'CIQ103'],
	["'a", 'CIQ103'],
]);

table('f-strings', [
	['f"plain"', 'format("plain")'],
	['f""', 'format("")'],
	['f"a {x} b"', 'format("a " x " b")'],
	['f"{x}{y}"', 'format("" x "" y "")'],
	['f"{{{x}}}"', 'format("{" x "}")'],
	['f"{f(a, "}")} {f"{y}"}"', 'format("" f[a, "}"] " " format("" y "") "")'],
	['f"\\u{41} {x + 1}\\n"', 'format("A " (x + int:1) "\\n")'],
	['f"{x} {{z}}"', 'format("" x " {z}")'],
	['f"{\nx\n}"', 'format("" x "")'],
	['f"{}"', 'CIQ201'],
	['f"a } b"', 'CIQ103'],
	['f"{x"', 'CIQ103'],
	['f"\\d{x}"', 'CIQ104'],
]);

it('a time without a zone is local', () => {
	const { expr } = parseExpression({ name: 'test', text: '@2026-01-02T03:04:05' });
	assert.equal(expr?.kind === 'time' && expr.epochNs, BigInt(new Date(2026, 0, 2, 3, 4, 5).getTime()) * 1_000_000n);
	const { expr: early } = parseExpression({ name: 'test', text: '@0001-02-03T04:05' });
	assert.ok(early?.kind === 'time');
	const date = new Date(Number(early.epochNs) / 1e6);
	assert.deepEqual([date.getFullYear(), date.getMonth(), date.getDate(), date.getHours()], [1, 1, 3, 4]);
});

describe('keywords', () => {
	it('are names in backquotes', () => assert.equal(read('`in` == 1'), '(`in` == int:1)'));
	it('are names behind a dot', () => assert.equal(read('.in'), '.in'));
	it('are no prefix of a name', () =>
		assert.equal(read('index + ascii + notes + truex'), '(((index + ascii) + notes) + truex)'));
});
