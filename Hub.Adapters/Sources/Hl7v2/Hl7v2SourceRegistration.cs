using System.Net;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>One MLLP port.</summary>
public sealed record MllpListener
{
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>2575 is HL7's registered port; 0 takes a free one.</summary>
    public int Port { get; init; } = 2575;

    /// <summary>Connections at once on this port; one more is closed at the door.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>TLS where set: the certificate, and whether the client must show its own.</summary>
    public Action<HttpsConnectionAdapterOptions>? Tls { get; init; }

    /// <summary>Told of the endpoint as Kestrel holds it, for whoever wants the port really bound.</summary>
    public Action<ListenOptions>? Opened { get; init; }
}

/// <summary>What the composition root calls.</summary>
public static class Hl7v2SourceRegistration
{
    /// <summary>Needs <c>IEventIntake</c>, <c>IPartnerDirectory</c> and <c>TimeProvider</c> from the hub.</summary>
    public static IServiceCollection AddHl7v2Source(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MllpOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MllpOptions>, MllpOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPartnerSettingsCheck, Hl7v2SourceSettingsCheck>());
        services.TryAddSingleton<Hl7v2Sources>();
        services.TryAddSingleton<MllpConnection>();
        return services;
    }

    /// <summary>Opens an MLLP port beside the hub's HTTP ports.</summary>
    public static void ListenMllp(this KestrelServerOptions kestrel, MllpListener listener)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(listener);
        kestrel.Listen(listener.Address, listener.Port, endpoint =>
        {
            listener.Opened?.Invoke(endpoint);

            endpoint.LimitConnections(listener.MaxConnections);
            if (listener.Tls is { } tls)
            {
                endpoint.UseHttps(tls);
            }

            endpoint.UseConnectionHandler<MllpConnection>();
        });
    }

    /// <inheritdoc cref="ListenMllp(KestrelServerOptions, MllpListener)"/>
    public static void ListenMllp(this KestrelServerOptions kestrel, IPAddress address, int port) =>
        kestrel.ListenMllp(new MllpListener { Address = address, Port = port });
}
