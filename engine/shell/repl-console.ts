/**
 * node:repl makes a console for the context of the JavaScript that it evaluates, and in a program that was started from a
 * snapshot the class is not there (seen with Node 24: "Console is not a constructor"). The shell evaluates no JavaScript,
 * so any class will do. To be called before node:repl is loaded.
 */
export function provideConsoleClass(): void {
	const global: { Console?: unknown } = console;
	global.Console ??= class {};
}
