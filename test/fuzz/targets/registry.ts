import type { Target } from '../target.ts';
import { connection } from './connection.ts';
import { content } from './content.ts';
import { log } from './log.ts';
import { pcap } from './pcap.ts';
import { query } from './query.ts';
import { recording } from './recording.ts';

export const TARGETS: readonly Target[] = [connection, content, pcap, recording, log, query];
