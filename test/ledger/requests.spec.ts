import { describeSqlite } from '../database/databases.ts';
import { searchSpecs } from './search-specs.ts';

describeSqlite('the search of requests', searchSpecs);
