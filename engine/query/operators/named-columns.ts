import type { Arg, Expr, Stage } from '../../../grammar/ast.ts';
import { checkExpr } from '../expression/check.ts';
import type { Flow, FlowColumn } from '../flow.ts';
import { columnsOf } from '../flow-columns.ts';
import { argsOf } from './items.ts';
import { type CheckContext, scopeOf } from './operator.ts';

/** The columns of the rows of a stage: of whole exchanges those that a table shows. */
export const columnsAt = (stage: Stage, input: Flow): readonly FlowColumn[] =>
	columnsOf(input, { kind: 'name', name: stage.name, span: stage.span });

/** The columns that the arguments name, each with its argument. Null when one is no column or there are none. */
export const namedColumns = (
	stage: Stage,
	input: Flow,
	context: CheckContext,
	example: string,
	args: readonly Arg[] = argsOf(stage),
): readonly { readonly arg: Arg; readonly column: FlowColumn }[] | null => {
	const { problems } = context;
	if (args.length === 0) {
		problems.error('CIQ503', stage, `\`${stage.name.text}\` needs a column`, { label: `such as \`${example}\`` });
		return null;
	}
	const named = args.map((arg) => {
		const name = nameOf(arg.value);
		if (name === null) {
			problems.error('CIQ405', arg, `\`${stage.name.text}\` takes names of columns`);
			return null;
		}
		const ir = checkExpr(arg.value, scopeOf(input, context));
		return ir && { arg, column: { name, type: ir.type, ir } };
	});
	const checked = named.filter((one) => one !== null);
	return checked.length === named.length ? checked : null;
};

const nameOf = (expr: Expr): string | null => (expr.kind === 'name' || expr.kind === 'field' ? expr.name.text : null);
