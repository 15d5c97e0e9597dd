import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

const TCP = 6;
const MPTCP = 262;

const isOn = (): boolean => {
	try {
		return readFileSync('/proc/sys/net/mptcp/enabled', 'utf8').trim() === '1';
	} catch {
		return false;
	}
};
const NEEDED = isOn() ? {} : { skip: 'this kernel has no MPTCP' };

/** Both ends, in two processes: 38 bytes there and 40 back, over each of two connections. `stay`: they wait before they close. */
const PROGRAM = `
import os, socket, sys, threading, time
ends, stay, older = [int(a) for a in sys.argv[1:3]], "stay" in sys.argv, "older" in sys.argv
def end(protocol): return socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
server = end(ends[0]); server.bind(("127.0.0.1", 0)); server.listen(8); name = server.getsockname()
pid = os.fork()
if pid == 0:
    open("/proc/self/comm", "w").write("mp-server")
    def serve(peer):
        while peer.recv(4096): peer.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi")
        peer.close()
    threads = []
    for i in range(2):
        threads.append(threading.Thread(target=serve, args=[server.accept()[0]])); threads[i].start()
    for thread in threads: thread.join()
    os._exit(0)
open("/proc/self/comm", "w").write("mp-client")
server.close()
def talk(client):
    client.sendall(b"GET /by-two-ways HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"); client.recv(1000)
old = []
if older:
    for i in range(2): client = end(ends[1]); client.connect(name); talk(client); old.append(client)
print(name[1], flush=True); sys.stdin.readline()
for i in range(2):
    client = old[i] if older else end(ends[1])
    if not older: client.connect(name)
    talk(client); time.sleep(0.05)
    if stay: old.append(client)
    else: client.close()
print("done", flush=True)
if stay: sys.stdin.readline()
for client in old: client.close()
os.waitpid(pid, 0); time.sleep(0.1)
`;

interface Case {
	readonly server: number;
	readonly client: number;
	readonly ways?: readonly string[];
	/** Of the port that the server has. */
	readonly scope: (port: number) => string;
	/** How many ends of connections are counted, each of whose bytes are 78. */
	readonly counted: number;
	/** Rows that there are for each request. */
	readonly sides: readonly string[];
}

const both = (port: number): string => `local_port == ${port} or remote_port == ${port}`;
const atServer = (port: number): string => `local_port == ${port}`;
const ofClient = (port: number): string => `remote_port == ${port} and comm == "mp-client"`;
const ofOthers = (port: number): string => `remote_port == ${port} and comm == "mp-stranger"`;

const CASES: Readonly<Record<string, Case>> = {
	'both ends': { server: MPTCP, client: MPTCP, scope: both, counted: 4, sides: [] },
	'one end in scope': { server: MPTCP, client: MPTCP, scope: atServer, counted: 2, sides: [] },
	'by its process': { server: MPTCP, client: MPTCP, scope: ofClient, counted: 2, sides: [] },
	'of other processes': { server: MPTCP, client: MPTCP, scope: ofOthers, counted: 0, sides: [] },
	'connections that stay': { server: MPTCP, client: MPTCP, ways: ['stay'], scope: both, counted: 4, sides: [] },
	'connections that stay, by their process': {
		server: MPTCP,
		client: MPTCP,
		ways: ['stay'],
		scope: ofClient,
		counted: 2,
		sides: [],
	},
	'connections from before': { server: MPTCP, client: MPTCP, ways: ['older'], scope: both, counted: 4, sides: [] },
	'connections from before that stay': {
		server: MPTCP,
		client: MPTCP,
		ways: ['older', 'stay'],
		scope: ofClient,
		counted: 2,
		sides: [],
	},
	'a server whose clients speak TCP': {
		server: MPTCP,
		client: TCP,
		scope: both,
		counted: 0,
		sides: ['client', 'server'],
	},
	'clients whose server speaks TCP': { server: TCP, client: MPTCP, scope: both, counted: 2, sides: ['server'] },
};

for (const [what, { server, client, ways = [], scope, counted, sides }] of Object.entries(CASES))
	test(`connections over MPTCP are counted: ${what}`, NEEDED, async (t) => {
		const args = ['-c', PROGRAM, String(server), String(client), ...ways];
		const ends = start('python3', args, { stdio: ['pipe', 'pipe', 'pipe'] });
		t.after(() => ends.child.kill());
		await ends.saw(/\d+\n/);
		const tool = claudeinsight([
			'-e',
			`watch http where ${scope(Number.parseInt(ends.stdout, 10))} | select side, path`,
		]);
		await tool.saw(/capturing/);
		ends.child.stdin?.write('go\n');
		await ends.saw(/done/);
		if (!ways.includes('stay')) assert.equal((await ends.finished).status, 0, ends.stderr);
		tool.child.kill('SIGINT');
		const { stdout, stderr } = await tool.finished;
		ends.child.stdin?.end();
		const words = `${counted} connections (${counted * 78}B) over MPTCP, which is not read`;
		assert.ok(counted === 0 ? !stderr.includes('MPTCP') : stderr.includes(words), `${words}: ${stderr}`);
		assert.doesNotMatch(stderr, /past the system calls/);
		const rows = jsonLines(stdout).map(({ side, path }) => `${side} ${path}`);
		assert.deepEqual(rows.sort(), sides.flatMap((side) => [1, 2].map(() => `${side} /by-two-ways`)).sort());
	});
