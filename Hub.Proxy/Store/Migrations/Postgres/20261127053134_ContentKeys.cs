using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ContentKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "content_key",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    takes_clear = table.Column<bool>(type: "boolean", nullable: false),
                    wrapped = table.Column<byte[]>(type: "bytea", nullable: false),
                    wrapped_by = table.Column<string>(type: "text", nullable: false),
                    swept_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_content_key", x => x.id);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "content_key");
        }
    }
}
