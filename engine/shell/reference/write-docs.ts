import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root.ts';
import { languageReference } from './markdown.ts';

/* npm run docs: writes the reference anew; the tests find an old one. */
const folder = join(projectRoot(), 'docs');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'language.md'), languageReference());
