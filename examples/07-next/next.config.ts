import type { NextConfig } from "next";

/** What follows is needed only because this example imports the sources of the library, not the package. */
const config: NextConfig = {
  eslint: { ignoreDuringBuilds: true },
  typescript: { ignoreBuildErrors: true },
  experimental: { externalDir: true },
  serverExternalPackages: ["better-sqlite3", "pg"],
  webpack(webpack) {
    webpack.resolve.extensionAlias = { ".js": [".ts", ".js"] };
    return webpack;
  },
};

export default config;
