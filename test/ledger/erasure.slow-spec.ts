import { describeDatabases } from '../database/databases.ts';
import { erasureSpecs } from './erasure-specs.ts';

describeDatabases('the erasure of a principal with many rows', (test) => erasureSpecs(test, 5_300));
