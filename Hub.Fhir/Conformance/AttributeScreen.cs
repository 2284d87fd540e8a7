using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;
using Hl7.Fhir.Validation;

namespace Hub.Fhir.Conformance;

/// <summary>
/// Asks of one element what the SDK's attribute validation would ask, without the context, closure and list that the SDK makes for each. It
/// never names a fault: at anything else than plain and good the answer is "not sure", and <see cref="AttributeRules"/> judges the whole.
/// </summary>
internal sealed class AttributeScreen
{
    private static readonly ConcurrentDictionary<Type, AttributeScreen> Screens = new();

    // Bounded, because a sender chooses the addresses of what it sends.
    private const int MostKnownAddresses = 1024;
    private static readonly ConcurrentDictionary<string, bool> KnownUris = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, bool> KnownCanonicals = new(StringComparer.Ordinal);

    private readonly ClassMapping? mapping;
    private readonly Dictionary<string, PropertyScreen> properties = new(StringComparer.Ordinal);
    private readonly int mandatory;
    private readonly bool isPlain;

    private AttributeScreen(Type type)
    {
        mapping = ModelInfo.ModelInspector.FindClassMapping(type);
        foreach (var property in mapping?.PropertyMappings.Where(p => !p.IsPrimitive && p.NativeProperty is not null) ?? [])
        {
            properties.Add(property.Name, new PropertyScreen(property));
        }

        HasRules = ElementWalk.HasRules(type);
        mandatory = properties.Values.Count(p => p.IsMandatory);

        // A type without invariants of its own has that of every element: it is not empty (ele-1). A primitive's is its literal.
        var invariants = type.GetMethod("ValidateInvariants", BindingFlags.Instance | BindingFlags.NonPublic)?.DeclaringType;
        isPlain = mapping is { ValidationAttributes.Length: 0 } && (invariants == typeof(Base) || invariants == typeof(PrimitiveType));
    }

    /// <summary>True for a type that rules of ours speak of, beside its definition.</summary>
    public bool HasRules { get; }

    public static AttributeScreen Of(Base element) => Screens.GetOrAdd(element.GetType(), static type => new AttributeScreen(type));

    public static PocoValidationContext Context(Base root) => new(root, ModelInfo.ModelInspector, () => "", null, null, NarrativeValidationKind.None);

    /// <summary>Nearly every primitive is its value alone. Asked so, because the typed getters make the lists they are asked for.</summary>
    public static bool IsBare(PrimitiveType primitive) =>
        !primitive.HasOverflow && !primitive.TryGetValue("id", out _) && !primitive.TryGetValue("extension", out _);

    /// <summary>True for a literal of its type; one without a value is for the SDK to judge.</summary>
    public static bool IsGood(string name, PrimitiveType primitive) => primitive.JsonValue is not null && primitive is not IDynamicType
        && (PlainLiteral.IsGood(primitive) || (name is "system" or "url" or "profile" && primitive.JsonValue is string address
            ? IsGoodAddress(address, primitive)
            : primitive.HasValidValue()));

    // The same few code systems, extensions and profiles stand in every message; parsing each of them as an address again is dear.
    private static bool IsGoodAddress(string address, PrimitiveType primitive)
    {
        var type = primitive.GetType();
        var known = type == typeof(FhirUri) ? KnownUris : type == typeof(Canonical) ? KnownCanonicals : null;
        if (known?.ContainsKey(address) == true)
        {
            return true;
        }

        var isGood = primitive.HasValidValue();
        if (isGood && known?.Count < MostKnownAddresses)
        {
            known.TryAdd(address, true);
        }

        return isGood;
    }

    /// <summary>True where the property may hold this; adds to the count of mandatory ones that are there.</summary>
    public bool Admits(string name, object value, PocoValidationContext context, ref int present)
    {
        if (!properties.TryGetValue(name, out var property) || !property.Admits(value, context))
        {
            return false;
        }

        present += property.IsMandatory ? 1 : 0;
        return true;
    }

    /// <summary>True where nothing mandatory is missing and the type's own invariants hold.</summary>
    public bool Admits(Base element, int present, bool any, PocoValidationContext context) =>
        present == mandatory && !element.HasOverflow && element is not IDynamicType
        && (isPlain ? any : mapping is not null && FhirAttributeValidator.Default.ValidateObject(element, mapping, context).Count == 0);

    private sealed class PropertyScreen
    {
        private readonly Type type;
        private readonly (int Min, int Max)[] cardinalities;
        private readonly AllowedTypesAttribute[] allowed;
        private readonly ValidatingFhirModelAttribute[] others;
        private readonly ConcurrentDictionary<Type, bool> admitted = new();
        private readonly bool mayBeOne;

        // Nearly every property holds one type only: asking for its base types again is dear. Whoever writes it last is right as well.
        private Type? lastOfType;

        public PropertyScreen(PropertyMapping mapping)
        {
            type = mapping.PropertyType;
            cardinalities = [.. mapping.ValidationAttributes.OfType<CardinalityAttribute>().Select(c => (c.Min, c.Max))];
            allowed = [.. mapping.ValidationAttributes.OfType<AllowedTypesAttribute>()];
            others = [.. mapping.ValidationAttributes.Where(a => a is not (CardinalityAttribute or AllowedTypesAttribute))];
            IsMandatory = cardinalities.Any(c => c.Min > 0);
            mayBeOne = IsCount(1);
        }

        public bool IsMandatory { get; }

        public bool Admits(object value, PocoValidationContext context)
        {
            var of = value.GetType();
            if (of != lastOfType)
            {
                if (!type.IsInstanceOfType(value))
                {
                    return false;
                }

                lastOfType = of;
            }

            foreach (var other in others)
            {
                if (other.Validate(value, context).Count > 0)
                {
                    return false;
                }
            }

            return value is Base ? mayBeOne && IsAllowed(value, context) : value is IList list && IsCount(list.Count) && AreAllowed(list, context);
        }

        private bool IsCount(int count)
        {
            foreach (var (min, max) in cardinalities)
            {
                if (count < min || (max != -1 && count > max))
                {
                    return false;
                }
            }

            return true;
        }

        private bool AreAllowed(IList list, PocoValidationContext context)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (list[i] is not Base item || !IsAllowed(item, context))
                {
                    return false;
                }
            }

            return true;
        }

        // The attribute looks at nothing but the type of the value, which is no dynamic one.
        private bool IsAllowed(object value, PocoValidationContext context)
        {
            if (allowed.Length == 0)
            {
                return true;
            }

            var of = value.GetType();
            if (!admitted.TryGetValue(of, out var isAllowed))
            {
                admitted[of] = isAllowed = value is not IDynamicType && allowed.All(a => a.Validate(value, context).Count == 0);
            }

            return isAllowed;
        }
    }
}
