"""The addresses under /my-network/: saved listings, people, the safety plan, the week and printed pages.

No address or name of a file holds a word that tells an onlooker what the site is about, since both stay in a browser's
history.
"""

from django.urls import path

from network.pages import crisis_views, item_views, plan_views, print_views, views
from network.saved import share_views

urlpatterns = [
    path("", views.my_network, name="my_network"),
    path("saved-marks/", views.saved_marks, name="saved_marks"),
    path("save/", views.save_listing, name="save"),
    path("unsave/", views.unsave_listing, name="unsave"),
    path("undo/", views.undo_unsave, name="undo"),
    path("move/", views.move_listing, name="move"),
    path("clear/", views.clear_device, name="clear_device"),
    path("quick-exit/", views.quick_exit_setting, name="quick_exit_setting"),
    path("note/<slug:slug>/", item_views.edit_listing_note, name="note"),
    path("people/", item_views.people, name="people"),
    path("people/new/", item_views.edit_person, name="new_person"),
    path("people/<uuid:pk>/", item_views.edit_person, name="person"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/<slug:key>/", item_views.edit_plan_step, name="step"),
    path("goals/new/", item_views.edit_goal, name="new_goal"),
    path("goals/<uuid:pk>/", item_views.edit_goal, name="goal"),
    path("week/", plan_views.my_week, name="week"),
    path("week/calendar.ics", plan_views.week_calendar, name="week_calendar"),
    path("week/new/", item_views.edit_appointment, name="new_appointment"),
    path("week/zone/", item_views.edit_time_zone, name="zone"),
    path("week/<uuid:pk>/", item_views.edit_appointment, name="appointment"),
    path("delete/<uuid:pk>/", item_views.delete_item, name="delete_item"),
    path("print/plan/", print_views.print_plan, name="print_plan"),
    path("print/card/", print_views.print_card, name="print_card"),
    path("print/list/", print_views.print_list, name="print_list"),
    path("share/", share_views.share, name="share"),
    path("share/save/", share_views.save_shared, name="save_shared"),
    path("people-and-steps/", crisis_views.people_and_steps, name="people_and_steps"),
    path("small-steps/", crisis_views.small_steps, name="small_steps"),
]
