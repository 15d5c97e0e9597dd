import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Memory of what can still be reached, on the heap and of buffers. */
export const usedBytes = (): number => {
	// The second waits for what the first lets a thread of its own free: the memory of buffers.
	collectGarbage();
	collectGarbage();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
};
