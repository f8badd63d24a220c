// Redocly's linter with its strictest set of rules: a warning is an error.
import {createConfig, formatProblems, lint} from '@redocly/openapi-core';

const config = await createConfig({extends: ['recommended-strict']});
const problems = await lint({ref: process.argv[2], config});
formatProblems(problems, {format: 'stylish', totals: {errors: problems.length, warnings: 0, ignored: 0}});
process.exit(problems.length === 0 ? 0 : 1);
