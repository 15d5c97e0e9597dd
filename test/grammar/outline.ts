import type { Arg, Expr, Item, Name, Pipeline, Stage, Statement } from '../../grammar/ast.ts';

/*
 * A tree as one line with every operator in parentheses, so that a test shows at a glance how a text was read.
 */

const name = ({ text, quoted }: Name): string => (quoted ? `\`${text}\`` : text);
const args = (list: readonly Arg[]): string => `[${list.map(arg).join(', ')}]`;

const arg = (node: Arg): string =>
	`${node.name === null ? '' : `${name(node.name)}=`}${outlineExpr(node.value)}${node.order === null ? '' : ` ${node.order}`}`;

export function outlineExpr(expr: Expr): string {
	switch (expr.kind) {
		case 'string':
			return `${expr.raw ? 'raw' : ''}${JSON.stringify(expr.value)}`;
		case 'format':
			return `format(${expr.texts.map((text, at) => `${JSON.stringify(text)}${expr.exprs[at] ? ` ${outlineExpr(expr.exprs[at])} ` : ''}`).join('')})`;
		case 'int':
		case 'float':
			return `${expr.kind}:${expr.value}`;
		case 'duration':
		case 'size':
		case 'percent':
			return `${expr.kind}:${expr.value}`;
		case 'ip':
		case 'cidr':
			return `${expr.kind}:${expr.text}`;
		case 'time':
			return `time:${expr.epochNs ?? `day+${expr.timeOfDayNs}`}`;
		case 'constant':
			return String(expr.value);
		case 'name':
			return name(expr.name);
		case 'field':
			return `.${name(expr.name)}`;
		case 'call':
			return `${name(expr.callee)}${args(expr.args)}${expr.where === null ? '' : `where${outlineExpr(expr.where)}`}`;
		case 'member':
			return `${outlineExpr(expr.object)}.${name(expr.name)}`;
		case 'index':
			return `${outlineExpr(expr.object)}@${outlineExpr(expr.index)}`;
		case 'list':
			return `list[${expr.items.map(outlineExpr).join(', ')}]`;
		case 'unary':
			return `(${expr.operator} ${outlineExpr(expr.operand)})`;
		case 'binary':
			return `(${outlineExpr(expr.left)} ${expr.operator} ${outlineExpr(expr.right)})`;
		case 'group':
			return `group${outlineExpr(expr.inner)}`;
	}
}

function item(node: Item): string {
	switch (node.kind) {
		case 'by':
			return `by${args(node.args)}`;
		case 'args':
			return args(node.args);
		case 'as':
			return `as ${name(node.name)}`;
		case 'flag':
			return `--${name(node.name)}${node.value === null ? '' : `=${JSON.stringify(node.value.text)}`}`;
		case 'block':
			return `{${pipeline(node.pipeline)}}`;
		default:
			return `${node.kind} ${outlineExpr(node.value)}`;
	}
}

const stage = ({ name: head, items }: Stage): string => [name(head), ...items.map(item)].join(' ');
const pipeline = ({ continues, stages }: Pipeline): string =>
	`${continues ? '| ' : ''}${stages.map(stage).join(' | ')}`;

/** One line for a statement. */
export function outline(statement: Statement): string {
	switch (statement.kind) {
		case 'let':
			return `let ${name(statement.name)} = ${outlineExpr(statement.value)}`;
		case 'fn':
			return `fn ${name(statement.name)}(${statement.params.map((param) => name(param.name)).join(', ')}) = ${outlineExpr(statement.body)}`;
		case 'op': {
			const { by, every } = statement;
			const params = statement.params.map(
				(param) =>
					`${name(param.name)}:${param.type === null ? '' : name(param.type)}=${param.value === null ? '' : outlineExpr(param.value)}`,
			);
			const keys = by === null ? '' : ` by ${name(by.name)}=${by.value === null ? '' : args(by.value)}`;
			const window =
				every === null ? '' : ` every ${name(every.name)}=${every.value === null ? '' : outlineExpr(every.value)}`;
			return `op ${name(statement.name)}(${params.join(', ')})${keys}${window} {${pipeline(statement.body)}}`;
		}
		case 'param':
			return `param ${name(statement.parameter.name)}`;
		case 'use':
			return `use ${statement.path.value}`;
		case 'explain':
			return `explain ${[...statement.flags.map(item), pipeline(statement.pipeline)].join(' ')}`;
		case 'pipeline':
			return pipeline(statement);
	}
}
