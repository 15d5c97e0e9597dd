import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readBtf } from '../../../addon/btf.ts';
import { CaptureError } from '../../../addon/capture-error.ts';
import { openCapture } from '../../../addon/index.ts';
import { type CaptureMode, kernelNeeds } from '../../capture/live-hooks.ts';
import { projectRoot } from '../../project-root.ts';

/** What the facts are read from. Nothing of it fails: what cannot be read is null. */
export interface Machine {
	/** As `process.platform` and `process.arch` have them. */
	readonly platform: string;
	readonly arch: string;
	/** The kernel's type information. */
	readonly btf: Uint8Array | null;
	/** A small file. */
	read(path: string): string | null;
	/** Where a symbolic link points to. */
	link(path: string): string | null;
	/** Whether dist/ has this file. */
	isBuilt(file: string): boolean;
	/** The first line of what clang says of itself. */
	clangVersion(): string | null;
	/** Loads the programs of a mode, attaches none of them, and lets them go. Gives what went wrong. */
	tryPrograms(mode: CaptureMode): string | null;
}

const attempt = <T>(read: () => T): T | null => {
	try {
		return read();
	} catch {
		return null;
	}
};

/** Room for any record: nothing is attached, so none comes. */
const SMALLEST_RING = 1 << 16;

function tryPrograms(mode: CaptureMode): string | null {
	try {
		openCapture(SMALLEST_RING, kernelNeeds(mode)).close();
		return null;
	} catch (error) {
		if (error instanceof CaptureError) return error.message;
		throw error;
	}
}

export const thisMachine = (): Machine => ({
	platform: process.platform,
	arch: process.arch,
	btf: attempt(readBtf),
	read: (path) => attempt(() => readFileSync(path, 'utf8')),
	link: (path) => attempt(() => readlinkSync(path)),
	isBuilt: (file) => existsSync(join(projectRoot(), 'dist', file)),
	clangVersion: () => spawnSync('clang', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? null,
	tryPrograms,
});
