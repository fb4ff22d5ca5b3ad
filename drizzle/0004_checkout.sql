CREATE TABLE "allowance_uses" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"amount" numeric(19,4) NOT NULL,
	CONSTRAINT "allowance_uses_account_id_number_kind_key_pk" PRIMARY KEY("account_id","number","kind","key")
);
--> statement-breakpoint
CREATE TABLE "allowances" (
	"account_id" integer NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"remaining" numeric(19,4) NOT NULL,
	CONSTRAINT "allowances_account_id_kind_key_pk" PRIMARY KEY("account_id","kind","key")
);
--> statement-breakpoint
CREATE TABLE "coupons" (
	"account_id" integer NOT NULL,
	"code_folded" text COLLATE "C" NOT NULL,
	"code" text NOT NULL,
	"terms" jsonb NOT NULL,
	CONSTRAINT "coupons_account_id_code_folded_pk" PRIMARY KEY("account_id","code_folded")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"account_id" integer NOT NULL,
	"id" integer NOT NULL,
	"group_id" integer NOT NULL,
	"email" text NOT NULL,
	"email_folded" text COLLATE "C" NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text NOT NULL,
	"telephone" text NOT NULL,
	"enabled" boolean NOT NULL,
	"points" integer NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"changed_at" timestamptz(3) NOT NULL,
	CONSTRAINT "customers_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "shops" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"terms" jsonb NOT NULL,
	"changed_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vouchers" (
	"account_id" integer NOT NULL,
	"code" text COLLATE "C" NOT NULL,
	"amount" numeric(19,4) NOT NULL,
	"number" integer,
	"data" jsonb NOT NULL,
	"enabled" boolean NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "vouchers_account_id_code_pk" PRIMARY KEY("account_id","code")
);
--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "terms" jsonb;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "customer_id" integer;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "totals" jsonb;--> statement-breakpoint
ALTER TABLE "allowance_uses" ADD CONSTRAINT "allowance_uses_account_id_kind_key_allowances_account_id_kind_key_fk" FOREIGN KEY ("account_id","kind","key") REFERENCES "public"."allowances"("account_id","kind","key") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allowances" ADD CONSTRAINT "allowances_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coupons" ADD CONSTRAINT "coupons_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shops" ADD CONSTRAINT "shops_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vouchers" ADD CONSTRAINT "vouchers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customers_email" ON "customers" USING btree ("account_id","email_folded","id");