import { Controller, Get } from '@nestjs/common';
import { Public } from '../../http/public.decorator.ts';

/** Clients knock here to see whether anybody is at home (Claude Code by HEAD). Nothing is told but that. */
@Controller()
@Public()
export class RootController {
  @Get()
  root(): { name: string } {
    return { name: 'outcrop' };
  }
}
