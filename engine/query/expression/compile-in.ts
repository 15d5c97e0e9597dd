import { type Address, cachedByAddress, compareAddresses, inNet, parseAddress } from '../../address.ts';
import type { PresentValue } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { compileValue } from './compile.ts';
import { compareValues } from './compile-compare.ts';
import type { Test } from './compile-test.ts';
import type { Constant, Ir, Membership, MembershipOption } from './ir.ts';
import { watchKind } from './mismatch.ts';
import { sameValue } from './same-value.ts';

/** True, false, or unknown (null) for one value that is there. */
type Answer = (value: PresentValue, row: Parameters<Test>[0]) => boolean | null;

/** Whether a value is for certain one of the options; with `negated` for certain none of them. */
export const compileMembership = ({ subject, options }: Membership, negated: boolean, env: Env): Test => {
	const value = compileValue(subject, env);
	const constants = constantsOf(options);
	if (constants !== null) {
		const set = new Set(constants.map((constant) => constant.value));
		const watched = watchKind(value, subject, 'in', constants, env);
		return (row) => {
			const x = watched(row);
			return x !== null && set.has(x) !== negated;
		};
	}
	const answers = options.map((option) => compileOption(option, subject, env));
	return (row) => {
		const x = value(row);
		if (x === null) return false;
		let unknown = false;
		for (const answer of answers) {
			const one = answer(x, row);
			if (one === true) return !negated;
			if (one === null) unknown = true;
		}
		return negated && !unknown;
	};
};

const constantsOf = (options: readonly MembershipOption[]): readonly Constant[] | null => {
	const constants = options.flatMap((option) =>
		option.kind === 'value' && option.value.kind === 'constant' && option.value.value !== null ? [option.value] : [],
	);
	return constants.length === options.length ? constants : null;
};

const compileOption = (option: MembershipOption, subject: Ir, env: Env): Answer => {
	switch (option.kind) {
		case 'value': {
			const get = compileValue(option.value, env);
			return (x, row) => {
				const y = get(row);
				return y === null ? null : sameValue(x, y);
			};
		}
		case 'net': {
			const inside = cachedByAddress((address) => inNet(address, option.net));
			return (x) => typeof x === 'string' && inside(x);
		}
		case 'list': {
			const get = compileValue(option.list, env);
			return (x, row) => {
				const list = get(row);
				if (!Array.isArray(list)) return null;
				if (list.includes(x) || (typeof x === 'object' && list.some((item) => sameValue(x, item)))) return true;
				return list.includes(null) ? null : false;
			};
		}
		case 'range':
			return subject.type === 'ip' ? addressRange(option.from, option.to) : valueRange(option.from, option.to, env);
	}
};

const valueRange = (from: Ir, to: Ir, env: Env): Answer => {
	const low = compileValue(from, env);
	const high = compileValue(to, env);
	return (x, row) => {
		const above = compareValues(x, low(row));
		const below = compareValues(x, high(row));
		if ((above !== null && above < 0) || (below !== null && below > 0)) return false;
		return above === null || below === null ? null : true;
	};
};

const constantAddress = (ir: Ir): Address | null =>
	ir.kind === 'constant' && typeof ir.value === 'string' ? parseAddress(ir.value) : null;

/** The checker lets only literal addresses be the ends of a range. */
const addressRange = (from: Ir, to: Ir): Answer => {
	const low = constantAddress(from);
	const high = constantAddress(to);
	if (low === null || high === null) return () => null;
	const inside = cachedByAddress((at) => compareAddresses(at, low) >= 0 && compareAddresses(at, high) <= 0);
	return (x) => typeof x === 'string' && inside(x);
};
