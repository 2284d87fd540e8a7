# The hub in a container: not root, a read-only root (volumes at /data and /tmp), no shell needed. scripts/image.sh builds it.
# The base is the official ASP.NET runtime image with ICU, without shell and package manager; another that holds `dotnet` will do.
ARG BASE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
FROM ${BASE}
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="CRT Hub" org.opencontainers.image.version="${VERSION}" org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY hub/ /app/
COPY --chown=64198:64198 empty/ /data/
ENV DOTNET_EnableDiagnostics=0 Hub__DataDirectory=/data Hub__PartnersDirectory=/partners
USER 64198:64198
VOLUME ["/data"]
# HTTP, HL7 v2 over MLLP, metrics and health.
EXPOSE 8080 2575 9090
ENTRYPOINT ["dotnet", "/app/hub.dll"]
CMD ["run"]
HEALTHCHECK --interval=10s --timeout=12s --start-period=30s CMD ["dotnet", "/app/hub.dll", "health", "--of", "ready"]
