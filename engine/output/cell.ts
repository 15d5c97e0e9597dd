import { isExchange } from '../exchange/exchange.ts';
import type { Value, ValueMap } from '../exchange/field.ts';
import { nameOf, partType, type Type, type TypeName } from '../exchange/type.ts';
import type { WallClock } from '../exchange/wall-clock.ts';
import { visible } from './sanitize.ts';
import { exchangeSummary } from './summary.ts';
import { duration, size } from './units.ts';

/** What a missing value shows as. */
const MISSING = '-';

/** Longer cells help nobody in a table, and a captured body may have a megabyte. */
const MAX_CELL = 1000;

const NUMBERS: Partial<Record<TypeName, (value: number, clock: WallClock) => string>> = {
	duration,
	size,
	time: (value, clock) => clock.timeOfDay(value),
};

const plainNumber = (value: number): string =>
	Number.isInteger(value) ? String(value) : String(+value.toPrecision(6));

/** A value for reading, as long as it is and as it came. */
export function readable(value: Value, type: Type, clock: WallClock): string {
	if (value === null) return MISSING;
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return NUMBERS[nameOf(type)]?.(value, clock) ?? plainNumber(value);
	if (typeof value === 'boolean') return String(value);
	if (Array.isArray(value)) {
		const items = value.map((item: Value, at) => readable(item, partType(type, at), clock));
		return `[${items.join(', ')}]`;
	}
	if (isExchange(value)) return exchangeSummary(value);
	const parts = Object.entries(value as ValueMap).map(
		([name, item]) => `${name}: ${readable(item, partType(type, name), clock)}`,
	);
	return `{${parts.join(', ')}}`;
}

const COUNTED: ReadonlySet<string> = new Set(['value,count', 'from,to,count']);

const isCount = (item: Value): item is ValueMap =>
	item !== null && typeof item === 'object' && !isExchange(item) && COUNTED.has(Object.keys(item).join(','));

/** What `top_k` and `hist` give: `200 ×15, 404 ×2`, of which a narrow column shows the first; null for any other. */
function counts(value: Value, type: Type, clock: WallClock): string | null {
	if (!Array.isArray(value) || value.length === 0 || !value.every(isCount)) return null;
	const texts = value.map((item, at) => {
		const part = (name: string): string => readable(item[name] ?? null, partType(partType(type, at), name), clock);
		return `${'value' in item ? part('value') : `${part('from')}–${part('to')}`} ×${part('count')}`;
	});
	return texts.join(', ');
}

/** A value for reading, on one line and safe for a terminal: `301.2ms`, `1.2KB`, `12:00:05.123`, `-` where it is missing. */
export function cellText(value: Value, type: Type, clock: WallClock): string {
	const whole = counts(value, type, clock) ?? readable(value, type, clock);
	return visible(whole.length > MAX_CELL ? `${whole.slice(0, MAX_CELL)}…` : whole);
}

const RIGHT_ALIGNED: ReadonlySet<Type> = new Set(['int', 'float', 'duration', 'size']);

/** Numbers stand right-aligned, so that their digits compare. */
export const isRightAligned = (type: Type): boolean => RIGHT_ALIGNED.has(type);
