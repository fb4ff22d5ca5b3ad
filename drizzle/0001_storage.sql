-- Room on each page for the next version of a row, so that status updates stay HOT;
-- and earlier clean-up of the tables that many small updates pass through.
ALTER TABLE "order_states" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE "counters" SET (fillfactor = 50, autovacuum_vacuum_threshold = 500);
