using Microsoft.AspNetCore.Mvc.Filters;

namespace Hub.Proxy.Access.People;

/// <summary>A page on which something is done in somebody's name.</summary>
internal interface IActs
{
    string? By { get; set; }
}

/// <summary>
/// Before a method of a page runs: whether who signed in may do that very thing, judged by the method that was chosen and not by what an address says; and in whose
/// name it is done. A name in a form counts only where nobody signs in.
/// </summary>
internal sealed class PersonActs(PersonPolicy policy) : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var page = context.ActionDescriptor.AttributeRouteInfo?.Template ?? "";
        if (SignedInPerson.Of(context.HttpContext) is { } person && !PageNeeds.BeforeSignIn.Contains(page))
        {
            var need = context.HandlerMethod is { } method ? PageNeeds.Of(page, method.MethodInfo.Name, method.HttpMethod) : PageNeeds.Pages.GetValueOrDefault(page);
            if (need is null || !person.May(need.Right))
            {
                await policy.RefuseAsync(context.HttpContext, person, "role", need is null ? "This is for nobody." : $"This needs the role {PersonRoles.Having(need.Right)}.");
                context.Result = new Microsoft.AspNetCore.Mvc.EmptyResult();
                return;
            }

            // What is not to be known of answers by itself that it is not there.
            if (need.About != About.Nobody && SeenSubject.Of(context.HttpContext) is > Sight.Nothing and var seen && seen < need.Least)
            {
                await policy.RefuseAsync(context.HttpContext, person, "not-theirs", PersonPolicy.BreakGlassWords);
                context.Result = new Microsoft.AspNetCore.Mvc.EmptyResult();
                return;
            }

            if (context.HandlerInstance is IActs acts)
            {
                acts.By = person.Actor;
            }
        }

        await next();
    }
}
