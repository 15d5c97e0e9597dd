import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { CLIENT_IP, connectHosts } from '../../support/two-hosts.ts';
import { fieldOf, observe } from './way.ts';

const NEEDED = spawnSync('iptables', ['--version']).status === 0 ? {} : { skip: 'iptables is not installed' };

/** Ports that no client gets by itself. */
const PORTS = '20000-20100';

test("source NAT that changes the port: the client's packets are known at the device", NEEDED, async () => {
	const hosts = await connectHosts({});
	const rule = ['-A', 'POSTROUTING', '-p', 'tcp', '-j', 'SNAT', '--to-source', `${CLIENT_IP}:${PORTS}`];
	const seen = await observe(hosts, () => hosts.client.run('iptables', '-t', 'nat', ...rule));
	const [client] = seen.client;
	const [server] = seen.server;
	assert.ok(client && server);
	assert.notEqual(server.endpoint.remotePort, client.endpoint.localPort);
	const remote = fieldOf(client, 'remote_time');
	assert.ok(typeof remote === 'number' && remote > 0, `remote time ${remote}`);
	const { request } = client;
	assert.ok(request?.stages?.queued && request.stages.sent && request.stages.sent >= request.firstTime);
});
