/*
 * The patterns that are made of parts. Every quantifier that may meet a long text is followed by what it cannot itself
 * match, so that a failure costs one pass and no backtracking.
 */

const raw = String.raw;

/** Ends a number: `5sx` and `1.2.3` are not a number and a rest, but `1..5` is a range. */
const END = raw`(?![A-Za-z0-9_\u00b5\u03bc]|\.\d)`;
/** Ends what holds colons. */
const END_COLONS = raw`(?![A-Za-z0-9_:]|\.\d)`;

export const INT = new RegExp(raw`\d+(?:_\d+)*${END}`);
export const HEX = new RegExp(`0[xX][0-9A-Fa-f]+${END}`);
export const FLOAT = new RegExp(raw`\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)${END}`);

const NUMBER = raw`\d+(?:\.\d+)?`;
export const DURATION = new RegExp(raw`(?:${NUMBER}(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h|d|w))+${END}`);
export const SIZE = new RegExp(`${NUMBER}(?:[KMGTP]i?B|kB|B)${END}`);
export const PERCENT = new RegExp(`${NUMBER}%${END}`);

const IP4 = raw`\d+(?:\.\d+){3}`;
const GROUP = '[0-9A-Fa-f]{1,4}';
/** RFC 4291 section 2.2: up to seven groups on either side of one `::`, the last two perhaps written as IPv4, … */
const IP6_SHORT = `(?:${GROUP}(?::${GROUP}){0,6})?::(?:(?:${GROUP}:){0,6}${IP4}|${GROUP}(?::${GROUP}){0,6})?`;
/** … or all eight. */
const IP6_FULL = `${GROUP}(?::${GROUP}){7}|(?:${GROUP}:){6}${IP4}`;
const IP6 = `(?:${IP6_SHORT}|${IP6_FULL})`;
export const CIDR = new RegExp(raw`(?:${IP6}|${IP4})/\d+${END}`);
export const IP = new RegExp(`${IP6}${END_COLONS}|${IP4}${END}`);
/** RFC 4007 section 11: the zone names an interface of this machine. */
export const ZONED_ADDRESS = new RegExp(raw`${IP6}%[A-Za-z]\w*`);

const CLOCK = raw`\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?`;
const DATE = raw`\d{4}-\d\d-\d\d`;
const ZONE = raw`Z|[+-]\d\d:\d\d`;
export const TIME = new RegExp(`@(?:${DATE}(?:T${CLOCK}(?:${ZONE})?)?|${CLOCK})${END_COLONS}`);

/** The text of an f-string: escapes, doubled braces, and whatever is neither a brace nor the closing quote. */
const TEXT = raw`[^"\\{}]*(?:(?:\\u\{[^}"]{0,16}\}|\\(?!u\{)[\s\S]|\{\{|\}\})[^"\\{}]*)*`;
/** One brace opens a hole, two are a character. */
const HOLE = raw`\{(?!\{)`;
export const FORMAT_WHOLE = new RegExp(`f"${TEXT}"`);
export const FORMAT_START = new RegExp(`f"${TEXT}${HOLE}`);
export const FORMAT_MIDDLE = new RegExp(raw`\}${TEXT}${HOLE}`);
export const FORMAT_END = new RegExp(raw`\}${TEXT}"`);
export const FORMAT_UNCLOSED = new RegExp(`f"${TEXT}`);
export const HOLE_UNCLOSED = new RegExp(raw`\}${TEXT}`);

/** Whatever no other pattern takes: a run of letters that are not ASCII, else one character. */
export const UNKNOWN = new RegExp(
	raw`(?:[\ud800-\udbff][\udc00-\udfff]|[\u00a1-\u2017\u201e-\ud7ff\ue000-\uffff])+|[\u0000-\uffff]`,
);
