import { cachedByAddress, inNet, parseNet } from '../address.ts';
import type { ScopeClause } from '../capture/demand.ts';
import { hasPort } from '../capture/ports.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { exeName } from '../exchange/exe-name.ts';
import { pidOf } from '../exchange/pid.ts';

/** What flags ask about: an observed end and its process. */
export type Observed = Pick<Exchange, 'endpoint' | 'owner'>;

export type Test = (observed: Observed) => boolean;

function inNets(texts: readonly string[]): (address: string) => boolean {
	const nets = texts.map(parseNet).filter((net) => net !== null);
	return cachedByAddress((address) => nets.some((net) => inNet(address, net)));
}

/** Of processes the kernel knows more than a record tells: what they started, the names of their threads. */
function processTests({ pids, comms }: ScopeClause): Test[] {
	const tests: Test[] = [];
	if (pids) {
		const all: ReadonlySet<number | null> = new Set(pids);
		tests.push(({ owner }) => owner !== null && all.has(pidOf(owner)));
	}
	if (comms) {
		tests.push(({ owner }) => [owner?.comm, exeName(owner)].some((name) => !!name && comms.includes(name)));
	}
	return tests;
}

function endTests({ localPorts, remotePorts, localNets, remoteNets, side }: ScopeClause): Test[] {
	const tests: Test[] = [];
	if (localPorts) tests.push(({ endpoint }) => hasPort(localPorts, endpoint.localPort));
	if (remotePorts) tests.push(({ endpoint }) => hasPort(remotePorts, endpoint.remotePort));
	if (localNets) {
		const test = inNets(localNets);
		tests.push(({ endpoint }) => test(endpoint.localIp));
	}
	if (remoteNets) {
		const test = inNets(remoteNets);
		tests.push(({ endpoint }) => test(endpoint.remoteIp));
	}
	if (side) tests.push(({ endpoint }) => endpoint.side === side);
	return tests;
}

/**
 * Whether an exchange or a connection is within what the flags say. The kernel has decided it for a live capture, but lets pass what it
 * cannot tell yet, such as the side of a connection that it finds open; a recording may hold anything.
 */
export function withinScope(scope: ScopeClause, live: boolean): Test {
	const tests = live ? endTests(scope) : [...processTests(scope), ...endTests(scope)];
	return (exchange) => tests.every((test) => test(exchange));
}
