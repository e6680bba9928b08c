import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PRIVATE_IMPORTS } from '../../test/structure/private-imports.ts';

const ROUNDS = 7;

/** The cost of loading packages. */
export interface LoadCost {
  /** Milliseconds of CPU time. */
  cpuMs: number;
  /** Megabytes of memory of the process. */
  rssMb: number;
  files: number;
}

export interface StartPair {
  name: string;
  /** What the documented interface loads. */
  nest: readonly string[];
  /** What the gateway loads in its place. */
  gateway: readonly string[];
}

const privateFiles = (prefix: string): string[] =>
  PRIVATE_IMPORTS.filter(({ specifier }) => specifier.startsWith(prefix)).map(({ specifier }) => specifier);

export const START_PAIRS: readonly StartPair[] = [
  { name: 'start: @nestjs/swagger at the start, or on request', nest: ['@nestjs/swagger'], gateway: [] },
  {
    name: 'start: index of @nestjs/platform-express, or its adapter',
    nest: ['@nestjs/platform-express'],
    gateway: privateFiles('@nestjs/platform-express/'),
  },
  {
    name: 'start: index of class-validator, or its validators',
    nest: ['class-validator'],
    gateway: privateFiles('class-validator/'),
  },
  { name: 'start: index of undici, or its pools', nest: ['undici'], gateway: privateFiles('undici/') },
];

/** Script of a separate process: loads what each gateway needs, then the given packages. */
const CHILD = `
import { createRequire, registerHooks } from 'node:module';
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
import 'express';
let files = 0;
registerHooks({ load(url, context, nextLoad) { files += 1; return nextLoad(url, context); } });
const packages = JSON.parse(process.argv[1]);
const rss = process.memoryUsage.rss();
const before = process.cpuUsage();
for (const each of packages) await import(import.meta.resolve(each));
const { user, system } = process.cpuUsage(before);
const rssMb = (process.memoryUsage.rss() - rss) / 2 ** 20;
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, rssMb, files }));
`;

/** Loads both ways in new processes, in turn, and returns the medians. */
export async function measureStart({ nest, gateway }: StartPair): Promise<{ nest: LoadCost; gateway: LoadCost }> {
  const costs: { nest: LoadCost; gateway: LoadCost }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    costs.push({ nest: await loadCost(nest), gateway: await loadCost(gateway) });
  return { nest: medians(costs.map((cost) => cost.nest)), gateway: medians(costs.map((cost) => cost.gateway)) };
}

async function loadCost(packages: readonly string[]): Promise<LoadCost> {
  const parameters = ['--input-type=module', '-e', CHILD, JSON.stringify(packages)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters);
  return JSON.parse(stdout) as LoadCost;
}

function medians(costs: readonly LoadCost[]): LoadCost {
  const median = (values: number[]): number => values.toSorted((one, other) => one - other)[(ROUNDS - 1) / 2]!;
  return {
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
    rssMb: median(costs.map(({ rssMb }) => rssMb)),
    files: median(costs.map(({ files }) => files)),
  };
}
