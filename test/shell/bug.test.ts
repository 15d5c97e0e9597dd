import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileSource } from '../../engine/capture/file-source.ts';
import { Session } from '../../engine/shell/session.ts';
import { compile } from '../support/query.ts';

const SHOP = join(import.meta.dirname, '..', '..', 'examples', 'shop.ciqrec');

it('a bug in what writes the result ends the session with it: no last line says that nothing was lost', async () => {
	const { plans } = await compile('watch http | head 3', { from: fileSource([SHOP], []), format: 'json' });
	const said: string[] = [];
	const say = (message: string): void => {
		said.push(message);
	};
	const printer = {
		...{ terminal: false, color: false, width: 120, height: Number.POSITIVE_INFINITY },
		print: () => {
			throw new TypeError('broken');
		},
		live: () => {},
		status: () => {},
		close: () => {},
	};
	const session = new Session({
		plans,
		console: { out: printer, colorErrors: false, say, tell: say },
		...{ format: null, maxPrintBytes: null, record: null, strict: false, captureMode: 'auto' as const },
		...{ scope: null, command: null },
	});
	await assert.rejects(session.run(), new TypeError('broken'));
	assert.deepEqual(said, []);
});
