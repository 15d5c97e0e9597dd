import { nearest } from '../../grammar/suggest.ts';
import type { TypeName } from '../exchange/type.ts';
import type { ParamValue } from './definitions.ts';
import { adapt } from './expression/adapt.ts';
import { checkExpr } from './expression/check.ts';
import { isOpen, unfitting, unify } from './expression/types.ts';
import type { Flow } from './flow.ts';
import { type CheckContext, scopeOf } from './operators/operator.ts';

/** Types that a value on the command line can have. */
const TYPES: readonly TypeName[] = [
	...(['bool', 'int', 'float', 'string', 'duration', 'size', 'ip', 'cidr', 'time', 'list', 'any'] as const),
];

/** What a value looks like that does. */
const EXAMPLES: Partial<Record<TypeName, string>> = {
	bool: '`true` or `false`',
	int: 'such as 5',
	float: 'such as 0.5',
	duration: 'such as 5ms',
	size: 'such as 10KB',
	ip: 'such as 10.0.0.1',
	cidr: 'such as 10.0.0.0/8',
	time: 'such as @10:30',
	list: 'such as [1, 2]',
};

/** A parameter is known before there is a row. */
const NO_ROW: Flow = {
	exchanges: false,
	columns: [],
	nested: [],
	protocols: [],
	shape: 'stream',
	bounded: true,
	collects: false,
	heldBy: null,
};

/** Checks that script parameters have the types they declare, whether the value was given or is the default. */
export const checkParams = (params: readonly ParamValue[], context: CheckContext): void => {
	for (const param of params) checkParam(param, context);
};

const checkParam = ({ name, type: declared, value }: ParamValue, context: CheckContext): void => {
	const { problems } = context;
	const type = TYPES.find((known) => known === declared.text);
	if (type === undefined) {
		const near = nearest(declared.text, TYPES);
		const label = near === null ? `there is ${TYPES.join(', ')}` : `did you mean \`${near}\`?`;
		problems.error('CIQ313', declared, `no type \`${declared.text}\``, { label });
		return;
	}
	const ir = checkExpr(value, scopeOf(NO_ROW, context));
	const adapted = ir && adapt(ir, type, problems);
	if (adapted === null || isOpen(type) || isOpen(adapted.type) || unify(type, adapted.type) === type) return;
	const label = EXAMPLES[type];
	problems.error('CIQ405', value, unfitting(name.text, [type], adapted), label === undefined ? {} : { label });
};
