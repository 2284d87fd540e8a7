using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;
using Hl7.Fhir.Validation;

namespace Hub.Fhir.Conformance;

/// <summary>
/// Says of an element that the SDK's attribute validation would find nothing in it. A clean message is the usual case, and the SDK makes a
/// context, a closure and a list for each of its elements. Here the same attributes and the same literal checks are asked without them; at
/// anything else than plain and good the answer is "not sure", and the SDK judges the whole. It never names a fault itself.
/// </summary>
internal static class AttributeScreen
{
    private static readonly ConcurrentDictionary<Type, TypeScreen> Screens = new();

    /// <param name="element">What is to be judged, with all that it holds.</param>
    /// <param name="shared">Parts that several bundles have in common and that need no second look; null where there are none.</param>
    /// <returns>True only when the SDK finds nothing; false when it might.</returns>
    public static bool IsClean(Base element, SharedParts? shared = null) =>
        IsClean(element, new PocoValidationContext(element, ModelInfo.ModelInspector, () => "", null, null, NarrativeValidationKind.None), shared);

    private static bool IsClean(Base element, PocoValidationContext context, SharedParts? shared)
    {
        if (element.HasOverflow || element is IDynamicType)
        {
            return false; // holds what its type has no place for
        }

        if (element is PrimitiveType primitive)
        {
            return primitive.JsonValue is not null && primitive.HasValidValue() && (IsBare(primitive) || HasCleanChildren(primitive, context, shared));
        }

        return HasCleanChildren(element, context, shared);
    }

    // Nearly every primitive is its value alone; this asks without making the lists that the typed getters make.
    private static bool IsBare(PrimitiveType primitive) => !primitive.TryGetValue("id", out _) && !primitive.TryGetValue("extension", out _);

    private static bool HasCleanChildren(Base element, PocoValidationContext context, SharedParts? shared)
    {
        var screen = Screens.GetOrAdd(element.GetType(), static type => new TypeScreen(type));
        var (mandatory, any) = (0, false);
        foreach (var (name, value) in element.EnumerateElements())
        {
            any = true;
            if (screen.Property(name) is not { } property || !property.Admits(value, context) || !IsCleanValue(value, context, shared))
            {
                return false;
            }

            mandatory += property.IsMandatory ? 1 : 0;
        }

        // Whether one that is missing may be missing is for the SDK to say.
        return mandatory == screen.Mandatory && screen.Admits(element, any, context);
    }

    private static bool IsCleanValue(object value, PocoValidationContext context, SharedParts? shared)
    {
        if (value is Base child)
        {
            return IsClean(child, context, shared);
        }

        foreach (var item in (IList)value)
        {
            if (item is not Base part || !(shared?.HasCleanAttributes(part) == true || IsClean(part, context, shared)))
            {
                return false;
            }

            shared?.NoteCleanAttributes(part);
        }

        return true;
    }

    /// <summary>What the SDK asks of one type, read once.</summary>
    private sealed class TypeScreen
    {
        private readonly ClassMapping? mapping;
        private readonly Dictionary<string, PropertyScreen> properties = new(StringComparer.Ordinal);
        private readonly bool isPlain;

        public TypeScreen(Type type)
        {
            mapping = ModelInfo.ModelInspector.FindClassMapping(type);
            foreach (var property in mapping?.PropertyMappings.Where(p => !p.IsPrimitive && p.NativeProperty is not null) ?? [])
            {
                properties.Add(property.Name, new PropertyScreen(property));
            }

            Mandatory = properties.Values.Count(p => p.IsMandatory);

            // A type without invariants of its own has that of every element: it is not empty (ele-1). A primitive's is its literal.
            var invariants = type.GetMethod("ValidateInvariants", BindingFlags.Instance | BindingFlags.NonPublic)?.DeclaringType;
            isPlain = mapping is { ValidationAttributes.Length: 0 } && (invariants == typeof(Base) || invariants == typeof(PrimitiveType));
        }

        public int Mandatory { get; }

        public PropertyScreen? Property(string name) => properties.GetValueOrDefault(name);

        public bool Admits(Base element, bool any, PocoValidationContext context) =>
            isPlain ? any : mapping is not null && FhirAttributeValidator.Default.ValidateObject(element, mapping, context).Count == 0;
    }

    private sealed class PropertyScreen
    {
        private readonly Type type;
        private readonly (int Min, int Max)[] cardinalities;
        private readonly AllowedTypesAttribute[] allowed;
        private readonly ValidatingFhirModelAttribute[] others;
        private readonly ConcurrentDictionary<Type, bool> admitted = new();

        public PropertyScreen(PropertyMapping mapping)
        {
            type = mapping.PropertyType;
            cardinalities = [.. mapping.ValidationAttributes.OfType<CardinalityAttribute>().Select(c => (c.Min, c.Max))];
            allowed = [.. mapping.ValidationAttributes.OfType<AllowedTypesAttribute>()];
            others = [.. mapping.ValidationAttributes.Where(a => a is not (CardinalityAttribute or AllowedTypesAttribute))];
            IsMandatory = cardinalities.Any(c => c.Min > 0);
        }

        public bool IsMandatory { get; }

        public bool Admits(object value, PocoValidationContext context)
        {
            if (!type.IsInstanceOfType(value))
            {
                return false;
            }

            var list = value as IList;
            foreach (var (min, max) in cardinalities)
            {
                var count = list?.Count ?? 1;
                if (count < min || (max != -1 && count > max))
                {
                    return false;
                }
            }

            foreach (var other in others)
            {
                if (other.Validate(value, context).Count > 0)
                {
                    return false;
                }
            }

            return allowed.Length == 0 || (list is null ? IsAllowed(value, context) : AreAllowed(list, context));
        }

        private bool AreAllowed(IList list, PocoValidationContext context)
        {
            foreach (var item in list)
            {
                if (item is null || !IsAllowed(item, context))
                {
                    return false;
                }
            }

            return true;
        }

        // The attribute looks at nothing but the type of the value, which is no dynamic one.
        private bool IsAllowed(object value, PocoValidationContext context)
        {
            var of = value.GetType();
            if (value is IDynamicType)
            {
                return false;
            }

            if (!admitted.TryGetValue(of, out var isAllowed))
            {
                admitted[of] = isAllowed = allowed.All(a => a.Validate(value, context).Count == 0);
            }

            return isAllowed;
        }
    }
}
