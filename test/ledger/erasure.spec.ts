import { describeSqlite } from '../database/databases.ts';
import { erasureSpecs } from './erasure-specs.ts';

describeSqlite('the erasure of a principal', (test) => erasureSpecs(test, 40));
