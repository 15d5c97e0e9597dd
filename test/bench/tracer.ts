/** A tracer that runs. */
export interface Tracing {
	readonly pid: number;
	/** Ends it; says what it missed of the `requests` that were made meanwhile: `nothing lost`, or what. */
	stop(requests: number): Promise<string>;
}

/** One way to watch a web server. */
export interface Tracer {
	readonly name: string;
	/** Its programs in the kernel are counted (bpf-stats.ts). */
	readonly usesBpf: boolean;
	/** Resolves when it sees traffic. */
	start(): Promise<Tracing>;
}

export const NOTHING_LOST = 'nothing lost';
