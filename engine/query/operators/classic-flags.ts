import type { FlagItem } from '../../../grammar/ast.ts';

/** The condition that a filter of the command line stands for: inside the language it is written out. */
const CONDITIONS: Readonly<Record<string, (value: string) => string>> = {
	pids: (value) => `pid in [${value}]`,
	comm: (value) => `comm == "${value}"`,
	'local-ports': (value) => `local_port in [${value}]`,
	'remote-ports': (value) => `remote_port in [${value}]`,
	'local-ips': (value) => `local_ip in [${value}]`,
	'remote-ips': (value) => `remote_ip in [${value}]`,
	side: (value) => `side == "${value}"`,
	latency: (value) => `latency >= ${value}ms`,
	'req-size': (value) => `req_size >= ${value}`,
	'resp-size': (value) => `resp_size >= ${value}`,
	method: (value) => `method == "${value}"`,
	host: (value) => `host == "${value}"`,
	path: (value) => `path == "${value}"`,
	'path-prefix': (value) => `path startswith "${value}"`,
	'path-regex': (value) => `path ~ "${value}"`,
};

/** The mend for a flag that belongs to the command line; null for any other. */
export const conditionOf = ({ name, value }: FlagItem): string | null => {
	const condition = Object.hasOwn(CONDITIONS, name.text) ? CONDITIONS[name.text] : undefined;
	return condition === undefined ? null : `write \`where ${condition(value?.text ?? '…')}\``;
};
